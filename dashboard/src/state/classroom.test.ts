import { describe, expect, it } from "vitest";
import {
  ANSWER_MS,
  type Classroom,
  emptyClassroom,
  GAP_MS,
  type Input,
  mustRequest,
  receive,
  requested,
  resumeAfter,
} from "./classroom";
import { progress, snapshot, student } from "./fixtures";

const NOW = Date.parse("2026-01-01T09:00:00Z");
const CONNECTED: Input = { type: "connected" };
const received = (...inputs: Input[]): Classroom => receive(emptyClassroom("default", NOW), inputs, NOW);
const revisions = (room: Classroom) =>
  Object.fromEntries([...room.students].map(([id, found]) => [id, found.revision]));

describe("a snapshot", () => {
  it("contains the complete class", () => {
    const room = received(snapshot(7, [student("a", { revision: 7 }), student("b", { revision: 3 })]));
    expect(revisions(room)).toEqual({ a: 7, b: 3 });
    expect(room.complete).toBe(7);
    expect(room.synced).toBe(true);
  });

  it("may be of an empty class", () => {
    expect(received(snapshot(0, [])).synced).toBe(true);
  });

  it("in parts is complete when the last part has arrived, in any order", () => {
    const parts = [1, 2, 3].map((part) => snapshot(9, [student(`s${part}`, { revision: 9 })], { part, parts: 3 }));
    const two = received(parts[2]!, parts[0]!);
    expect(two.complete).toBe(0);
    expect(two.synced).toBe(false);
    expect(two.students.size).toBe(2);
    const all = receive(two, [parts[1]!], NOW);
    expect(all.complete).toBe(9);
    expect(all.students.size).toBe(3);
    expect(all.unfinished.size).toBe(0);
  });

  it("is not completed by a repeated part", () => {
    const part = snapshot(9, [student("a")], { part: 1, parts: 2 });
    expect(received(part, part).synced).toBe(false);
  });

  it("does not overwrite newer progress", () => {
    const room = received(
      snapshot(1, [student("a")]),
      progress(2, [student("a", { revision: 2, runs: 5 })]),
      snapshot(1, [student("a")]),
    );
    expect(room.students.get("a")?.runs).toBe(5);
    expect(room.complete).toBe(2);
  });
});

describe("a snapshot of a known class", () => {
  const known = [student("a", { revision: 2 }), student("b", { revision: 5 })];

  it("removes students who are no longer in it", () => {
    expect(revisions(received(snapshot(5, known), snapshot(6, [known[1]!])))).toEqual({ b: 5 });
  });

  it("in parts removes students only when it is complete", () => {
    const parts = [1, 2].map((part) => snapshot(6, [student(`s${part}`)], { part, parts: 2 }));
    const half = received(snapshot(5, known), parts[1]!);
    expect([...half.students.keys()].sort()).toEqual(["a", "b", "s2"]);
    expect([...receive(half, [parts[0]!], NOW).students.keys()].sort()).toEqual(["s1", "s2"]);
  });

  it("keeps students who joined after it was taken", () => {
    const joined = progress(7, [student("new", { revision: 7 })]);
    expect(revisions(received(snapshot(5, known), joined, snapshot(6, known)))).toEqual({ a: 2, b: 5, new: 7 });
  });

  it("replaces everything when its revision is below that at the start of the connection", () => {
    const room = received(snapshot(5, known), CONNECTED, snapshot(3, [student("a", { revision: 1, runs: 9 })]));
    expect(revisions(room)).toEqual({ a: 1 });
    expect(room.complete).toBe(3);
    expect(receive(room, [progress(4, [student("a", { revision: 4 })])], NOW).complete).toBe(4);
  });

  it("in parts replaces everything once, not with each part", () => {
    const parts = [1, 2].map((part) => snapshot(3, [student(`s${part}`)], { part, parts: 2 }));
    expect(revisions(received(snapshot(5, known), CONNECTED, ...parts))).toEqual({ s1: 1, s2: 1 });
  });
});

describe("a new connection", () => {
  it("keeps the students, but is in sync only after a snapshot or a resume", () => {
    const room = received(snapshot(5, [student("a")]), CONNECTED);
    expect(room.students.size).toBe(1);
    expect(room.synced).toBe(false);
    expect(receive(room, [progress(6, [], { since: 5, revisions: [] })], NOW).synced).toBe(true);
  });

  it("does not complete a snapshot of the previous connection", () => {
    const parts = [1, 2].map((part) => snapshot(9, [student(`s${part}`)], { part, parts: 2 }));
    expect(received(parts[0]!, CONNECTED, parts[1]!).synced).toBe(false);
  });
});

describe("progress", () => {
  it("updates a student and the complete revision", () => {
    const room = received(snapshot(1, [student("a")]), progress(2, [student("a", { revision: 2, errorStreak: 3 })]));
    expect(room.students.get("a")?.errorStreak).toBe(3);
    expect(room.complete).toBe(2);
    expect(room.gapSince).toBeNull();
  });

  it("may repeat or arrive late: the highest revision wins", () => {
    const newer = progress(3, [student("a", { revision: 3 })]);
    const older = progress(2, [student("a", { revision: 2 })]);
    const room = received(snapshot(1, [student("a")]), newer, older, newer);
    expect(revisions(room)).toEqual({ a: 3 });
    expect(room.complete).toBe(3);
  });

  it("ahead of a missing revision is applied, and leaves a gap", () => {
    const room = received(snapshot(1, []), progress(3, [student("a", { revision: 3 })]));
    expect(revisions(room)).toEqual({ a: 3 });
    expect(room.complete).toBe(1);
    expect(room.gapSince).toBe(NOW);
    expect(mustRequest(room, NOW + GAP_MS)).toBe(false);
    expect(mustRequest(room, NOW + GAP_MS + 1)).toBe(true);
    const closed = receive(room, [progress(2, [])], NOW + 500);
    expect(closed.complete).toBe(3);
    expect(closed.gapSince).toBeNull();
  });

  it("of one team names no revisions: it leaves no gap, and a resume follows the last snapshot", () => {
    const updates = [7, 9].map((revision) => progress(revision, [student("a", { revision })], { revisions: [] }));
    const room = received(snapshot(4, [student("a")]), ...updates);
    expect(revisions(room)).toEqual({ a: 9 });
    expect([room.complete, room.gapSince, mustRequest(room, NOW + 60_000)]).toEqual([4, null, false]);
    const again = receive(room, [CONNECTED, progress(12, [student("a", { revision: 9 })], { since: 4 })], NOW);
    expect([resumeAfter(room), resumeAfter(again), again.synced]).toEqual([4, 12, true]);
  });

  it("without revisions (a retry after a crash) updates students only", () => {
    const room = received(snapshot(4, []), progress(4, [student("a", { revision: 4 })], { revisions: [] }));
    expect(room.complete).toBe(4);
    expect(room.students.size).toBe(1);
  });

  it("with several revisions counts them once its last part has arrived", () => {
    const parts = [1, 2].map((part) =>
      progress(6, [student(`s${part}`, { revision: 6 })], { part, parts: 2, revisions: [5, 6] }),
    );
    const half = received(snapshot(4, []), parts[0]!);
    expect(half.complete).toBe(4);
    expect(receive(half, [parts[1]!], NOW).complete).toBe(6);
  });

  it("before the snapshot is kept", () => {
    const room = received(progress(8, [student("a", { revision: 8 })]), snapshot(7, [student("a", { revision: 5 })]));
    expect(revisions(room)).toEqual({ a: 8 });
    expect(room.complete).toBe(8);
  });
});

describe("a resume", () => {
  it("closes the gap that it was requested for", () => {
    const room = received(
      snapshot(2, []),
      progress(5, [student("a", { revision: 5 })]),
      progress(5, [student("b", { revision: 4 })], { since: 2, revisions: [] }),
    );
    expect(room.complete).toBe(5);
    expect(room.gapSince).toBeNull();
    expect(room.ahead.size).toBe(0);
  });

  it("from a revision above the complete one does not close the gap", () => {
    expect(received(snapshot(2, []), progress(9, [], { since: 6, revisions: [] })).complete).toBe(2);
  });
});

describe("the classroom", () => {
  it("ignores messages of other classes", () => {
    const room = emptyClassroom("default", NOW);
    expect(receive(room, [snapshot(3, [student("x")], { classId: "other" })], NOW)).toBe(room);
  });

  it("requests the class again until it is in sync", () => {
    const room = received(CONNECTED);
    expect(mustRequest(room, NOW + ANSWER_MS)).toBe(false);
    expect(mustRequest(room, NOW + ANSWER_MS + 1)).toBe(true);
    expect(mustRequest(requested(room, NOW + ANSWER_MS + 1), NOW + ANSWER_MS + 2)).toBe(false);
    expect(mustRequest(receive(room, [snapshot(0, [])], NOW), NOW + 3 * ANSWER_MS)).toBe(false);
  });

  it("resumes only from a complete revision", () => {
    expect(resumeAfter(received(snapshot(0, [])))).toBeNull();
    expect(resumeAfter(received(progress(8, [student("a", { revision: 8 })])))).toBeNull();
    expect(resumeAfter(received(snapshot(8, [])))).toBe(8);
  });

  it("uses the server's clock", () => {
    const message = snapshot(1, [], { serverTime: "2026-01-01T09:01:00Z" });
    expect(received(message).clockOffset).toBe(60_000);
  });

  it("limits the number of unfinished messages", () => {
    let room = emptyClassroom("default", NOW);
    for (let revision = 1; revision <= 500; revision += 1) {
      room = receive(room, [snapshot(revision, [student("a")], { part: 1, parts: 2 })], NOW);
    }
    expect(room.unfinished.size).toBeLessThanOrEqual(50);
    expect(room.students.size).toBe(1);
  });

  it("ends in the same state for any order of updates", () => {
    const messages = [2, 3, 4, 5, 6].map((revision) => progress(revision, [student(`s${revision % 2}`, { revision })]));
    const expected = { s0: 6, s1: 5 };
    for (let turn = 0; turn < 60; turn += 1) {
      const shuffled = messages.map((message, index) => ({ message, key: (index * 7919 + turn * 104_729) % 1013 }));
      shuffled.sort((one, other) => one.key - other.key);
      const room = received(snapshot(1, []), ...shuffled.map(({ message }) => message));
      expect(revisions(room)).toEqual(expected);
      expect(room.complete).toBe(6);
    }
  });
});
