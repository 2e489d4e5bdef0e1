import { describe, expect, it } from "vitest";
import {
  ANSWER_MS,
  asked,
  type Classroom,
  emptyClassroom,
  GAP_MS,
  hasToAsk,
  type Input,
  receive,
  resumeAfter,
} from "./classroom";
import { progress, snapshot, student } from "./fixtures";

const NOW = Date.parse("2026-01-01T09:00:00Z");
const CONNECTED: Input = { type: "connected" };
const told = (...inputs: Input[]): Classroom => receive(emptyClassroom("default", NOW), inputs, NOW);
const revisions = (room: Classroom) =>
  Object.fromEntries([...room.students].map(([id, found]) => [id, found.revision]));

describe("a snapshot", () => {
  it("is the whole class", () => {
    const room = told(snapshot(7, [student("a", { revision: 7 }), student("b", { revision: 3 })]));
    expect(revisions(room)).toEqual({ a: 7, b: 3 });
    expect(room.whole).toBe(7);
    expect(room.synced).toBe(true);
  });

  it("of an empty class is one too", () => {
    expect(told(snapshot(0, [])).synced).toBe(true);
  });

  it("in parts counts when the last part has come, in any order", () => {
    const parts = [1, 2, 3].map((part) => snapshot(9, [student(`s${part}`, { revision: 9 })], { part, parts: 3 }));
    const two = told(parts[2]!, parts[0]!);
    expect(two.whole).toBe(0);
    expect(two.synced).toBe(false);
    expect(two.students.size).toBe(2);
    const all = receive(two, [parts[1]!], NOW);
    expect(all.whole).toBe(9);
    expect(all.students.size).toBe(3);
    expect(all.unfinished.size).toBe(0);
  });

  it("with a part twice is not whole before its time", () => {
    const part = snapshot(9, [student("a")], { part: 1, parts: 2 });
    expect(told(part, part).synced).toBe(false);
  });

  it("does not turn back what came since", () => {
    const room = told(
      snapshot(1, [student("a")]),
      progress(2, [student("a", { revision: 2, runs: 5 })]),
      snapshot(1, [student("a")]),
    );
    expect(room.students.get("a")?.runs).toBe(5);
    expect(room.whole).toBe(2);
  });
});

describe("a snapshot of a class that we know", () => {
  const known = [student("a", { revision: 2 }), student("b", { revision: 5 })];

  it("takes out who is no longer in it", () => {
    expect(revisions(told(snapshot(5, known), snapshot(6, [known[1]!])))).toEqual({ b: 5 });
  });

  it("in parts does so only when it is complete", () => {
    const parts = [1, 2].map((part) => snapshot(6, [student(`s${part}`)], { part, parts: 2 }));
    const half = told(snapshot(5, known), parts[1]!);
    expect([...half.students.keys()].sort()).toEqual(["a", "b", "s2"]);
    expect([...receive(half, [parts[0]!], NOW).students.keys()].sort()).toEqual(["s1", "s2"]);
  });

  it("keeps who joined after it was taken", () => {
    const joined = progress(7, [student("new", { revision: 7 })]);
    expect(revisions(told(snapshot(5, known), joined, snapshot(6, known)))).toEqual({ a: 2, b: 5, new: 7 });
  });

  it("replaces everything when the server has gone back behind where this connection began", () => {
    const room = told(snapshot(5, known), CONNECTED, snapshot(3, [student("a", { revision: 1, runs: 9 })]));
    expect(revisions(room)).toEqual({ a: 1 });
    expect(room.whole).toBe(3);
    expect(receive(room, [progress(4, [student("a", { revision: 4 })])], NOW).whole).toBe(4);
  });

  it("in parts replaces everything once, not with each part", () => {
    const parts = [1, 2].map((part) => snapshot(3, [student(`s${part}`)], { part, parts: 2 }));
    expect(revisions(told(snapshot(5, known), CONNECTED, ...parts))).toEqual({ s1: 1, s2: 1 });
  });
});

describe("a new connection", () => {
  it("keeps the students on the page, but is live only when it has told the class", () => {
    const room = told(snapshot(5, [student("a")]), CONNECTED);
    expect(room.students.size).toBe(1);
    expect(room.synced).toBe(false);
    expect(receive(room, [progress(6, [], { since: 5, revisions: [] })], NOW).synced).toBe(true);
  });

  it("does not complete what the one before began", () => {
    const parts = [1, 2].map((part) => snapshot(9, [student(`s${part}`)], { part, parts: 2 }));
    expect(told(parts[0]!, CONNECTED, parts[1]!).synced).toBe(false);
  });
});

describe("progress", () => {
  it("changes a student and counts its revision", () => {
    const room = told(snapshot(1, [student("a")]), progress(2, [student("a", { revision: 2, errorStreak: 3 })]));
    expect(room.students.get("a")?.errorStreak).toBe(3);
    expect(room.whole).toBe(2);
    expect(room.gapSince).toBeNull();
  });

  it("repeated or late does no harm: the highest revision wins", () => {
    const newer = progress(3, [student("a", { revision: 3 })]);
    const older = progress(2, [student("a", { revision: 2 })]);
    const room = told(snapshot(1, [student("a")]), newer, older, newer);
    expect(revisions(room)).toEqual({ a: 3 });
    expect(room.whole).toBe(3);
  });

  it("ahead of a missing one is shown, and leaves a gap", () => {
    const room = told(snapshot(1, []), progress(3, [student("a", { revision: 3 })]));
    expect(revisions(room)).toEqual({ a: 3 });
    expect(room.whole).toBe(1);
    expect(room.gapSince).toBe(NOW);
    expect(hasToAsk(room, NOW + GAP_MS)).toBe(false);
    expect(hasToAsk(room, NOW + GAP_MS + 1)).toBe(true);
    const closed = receive(room, [progress(2, [])], NOW + 500);
    expect(closed.whole).toBe(3);
    expect(closed.gapSince).toBeNull();
  });

  it("with no revisions (a repeat after a crash) changes students only", () => {
    const room = told(snapshot(4, []), progress(4, [student("a", { revision: 4 })], { revisions: [] }));
    expect(room.whole).toBe(4);
    expect(room.students.size).toBe(1);
  });

  it("with several revisions counts them all, once its last part has come", () => {
    const parts = [1, 2].map((part) =>
      progress(6, [student(`s${part}`, { revision: 6 })], { part, parts: 2, revisions: [5, 6] }),
    );
    const half = told(snapshot(4, []), parts[0]!);
    expect(half.whole).toBe(4);
    expect(receive(half, [parts[1]!], NOW).whole).toBe(6);
  });

  it("before the snapshot is kept", () => {
    const room = told(progress(8, [student("a", { revision: 8 })]), snapshot(7, [student("a", { revision: 5 })]));
    expect(revisions(room)).toEqual({ a: 8 });
    expect(room.whole).toBe(8);
  });
});

describe("a resume", () => {
  it("closes the gap that it was asked for", () => {
    const room = told(
      snapshot(2, []),
      progress(5, [student("a", { revision: 5 })]),
      progress(5, [student("b", { revision: 4 })], { since: 2, revisions: [] }),
    );
    expect(room.whole).toBe(5);
    expect(room.gapSince).toBeNull();
    expect(room.ahead.size).toBe(0);
  });

  it("from a later revision than ours proves nothing", () => {
    expect(told(snapshot(2, []), progress(9, [], { since: 6, revisions: [] })).whole).toBe(2);
  });
});

describe("the classroom", () => {
  it("takes nothing of another class", () => {
    const room = emptyClassroom("default", NOW);
    expect(receive(room, [snapshot(3, [student("x")], { classId: "other" })], NOW)).toBe(room);
  });

  it("asks again while the class has not been told in full", () => {
    const room = told(CONNECTED);
    expect(hasToAsk(room, NOW + ANSWER_MS)).toBe(false);
    expect(hasToAsk(room, NOW + ANSWER_MS + 1)).toBe(true);
    expect(hasToAsk(asked(room, NOW + ANSWER_MS + 1), NOW + ANSWER_MS + 2)).toBe(false);
    expect(hasToAsk(receive(room, [snapshot(0, [])], NOW), NOW + 3 * ANSWER_MS)).toBe(false);
  });

  it("resumes only where it is whole", () => {
    expect(resumeAfter(told(snapshot(0, [])))).toBeNull();
    expect(resumeAfter(told(progress(8, [student("a", { revision: 8 })])))).toBeNull();
    expect(resumeAfter(told(snapshot(8, [])))).toBe(8);
  });

  it("goes by the server's clock", () => {
    const message = snapshot(1, [], { serverTime: "2026-01-01T09:01:00Z" });
    expect(told(message).clockOffset).toBe(60_000);
  });

  it("does not grow with messages whose rest never comes", () => {
    let room = emptyClassroom("default", NOW);
    for (let revision = 1; revision <= 500; revision += 1) {
      room = receive(room, [snapshot(revision, [student("a")], { part: 1, parts: 2 })], NOW);
    }
    expect(room.unfinished.size).toBeLessThanOrEqual(50);
    expect(room.students.size).toBe(1);
  });

  it("ends the same whatever the order in which updates come", () => {
    const messages = [2, 3, 4, 5, 6].map((revision) => progress(revision, [student(`s${revision % 2}`, { revision })]));
    const expected = { s0: 6, s1: 5 };
    for (let turn = 0; turn < 60; turn += 1) {
      const shuffled = messages.map((message, index) => ({ message, key: (index * 7919 + turn * 104_729) % 1013 }));
      shuffled.sort((one, other) => one.key - other.key);
      const room = told(snapshot(1, []), ...shuffled.map(({ message }) => message));
      expect(revisions(room)).toEqual(expected);
      expect(room.whole).toBe(6);
    }
  });
});
