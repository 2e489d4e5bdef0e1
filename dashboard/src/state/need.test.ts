import { describe, expect, it } from "vitest";
import { attention, student } from "./fixtures";
import { handsUp } from "./need";
import { inPlace, queueOf } from "./queue";
import { standingOf, standingsOf } from "./status";

const NOW = Date.parse("2026-01-01T10:00:00Z");
const at = (minutesAgo: number) => new Date(NOW - minutesAgo * 60_000).toISOString();
const recent = (userId: string, fields: Parameters<typeof student>[1] = {}) =>
  student(userId, { lastSeen: at(0.1), ...fields });
const queue = (...students: ReturnType<typeof student>[]) => queueOf(standingsOf(students, NOW));
const waiting = (...students: ReturnType<typeof student>[]) =>
  queue(...students).waiting.map((need) => need.student.userId);
const kinds = (found: ReturnType<typeof student>, ...others: ReturnType<typeof student>[]) =>
  queue(found, ...others)
    .waiting.filter((waiting) => waiting.student === found)
    .flatMap(({ need }) => need.reasons.map((reason) => reason.kind));

describe("a student needs help", () => {
  it("with a raised hand, after repeated errors, or with a long-running cell", () => {
    expect(kinds(recent("a"))).toEqual([]);
    expect(kinds(recent("a", { helpSince: at(3) }))).toEqual(["hand"]);
    expect(kinds(recent("a", { errors: 2, errorStreak: 2 }))).toEqual([]);
    expect(kinds(recent("a", { errors: 3, errorStreak: 3 }))).toEqual(["streak"]);
    expect(kinds(recent("a", { runningSince: at(2) }))).toEqual(["running"]);
    expect(kinds(recent("a", { runningSince: at(0.2) }))).toEqual([]);
  });

  it("for all reasons that apply, the most urgent first", () => {
    expect(kinds(recent("a", { runningSince: at(2), errors: 5, errorStreak: 4, helpSince: at(1) }))).toEqual([
      "hand",
      "streak",
      "running",
    ]);
  });

  it("when inactive while the class moves on", () => {
    const quiet = student("quiet", { lastSeen: at(9), notebookPath: "n", cellIndex: 2 });
    const others = [3, 4, 4].map((cellIndex, place) => recent(`s${place}`, { notebookPath: "n", cellIndex }));
    expect(kinds(quiet, ...others)).toEqual(["behind"]);
    expect(kinds({ ...quiet, lastSeen: at(7) }, ...others)).toEqual([]);
    expect(kinds({ ...quiet, cellIndex: 4 }, ...others)).toEqual([]);
  });

  it("only in the current lesson: reasons of an earlier one expire", () => {
    const left = { helpSince: at(130), errors: 5, errorStreak: 5, runningSince: at(130) };
    expect(kinds(student("left", { ...left, lastSeen: at(119) }))).toEqual(["hand", "streak", "running"]);
    const gone = student("gone", { ...left, lastSeen: at(121) });
    expect(kinds(gone)).toEqual([]);
    expect(standingOf(gone, NOW)).toMatchObject({ status: "idle", since: NOW - 121 * 60_000 });
  });

  it("neither when the class pauses too, nor in another notebook", () => {
    const quiet = student("quiet", { lastSeen: at(9), notebookPath: "n", cellIndex: 2 });
    expect(kinds(quiet, student("other", { lastSeen: at(9), notebookPath: "n", cellIndex: 7 }))).toEqual([]);
    expect(kinds(quiet, recent("other", { notebookPath: "m", cellIndex: 7 }))).toEqual([]);
  });

  it("compared with the full class, not with the filtered students", () => {
    const quiet = student("quiet", { lastSeen: at(9), notebookPath: "n", cellIndex: 2 });
    const everyone = standingsOf([quiet, recent("other", { notebookPath: "n", cellIndex: 7 })], NOW);
    const shown = everyone.filter((standing) => standing.student === quiet);
    expect(queueOf(shown).waiting.map(({ student }) => student.userId)).toEqual(["quiet"]);
  });
});

describe("the order of the queue", () => {
  const hand = recent("hand", { helpSince: at(1) });
  const stuck = recent("stuck", { errors: 3, errorStreak: 3 });

  it("is by urgency, then by longest wait or most failures", () => {
    const running = recent("running", { runningSince: at(5) });
    const early = recent("early", { helpSince: at(4) });
    const seven = recent("seven", { errors: 7, errorStreak: 7 });
    expect(waiting(running, stuck, hand, seven, early)).toEqual(["early", "hand", "seven", "stuck", "running"]);
  });

  it("puts a claimed student after unclaimed ones of equal urgency", () => {
    const claimed = recent("claimed", {
      helpSince: at(9),
      attention: attention({ claimedBy: "Ms Sato", claimedAt: at(1) }),
    });
    expect(waiting(claimed, stuck, hand)).toEqual(["hand", "claimed", "stuck"]);
  });

  it("stays while a teacher uses the queue: new entries come last", () => {
    const { waiting: needs } = queue(hand, stuck, recent("new", { helpSince: at(9) }));
    expect(inPlace(needs, ["stuck", "gone", "hand"]).map((need) => need.student.userId)).toEqual([
      "stuck",
      "hand",
      "new",
    ]);
  });
});

describe("a resolved student", () => {
  const settled = attention({ resolvedAt: at(5), resolvedErrors: 6, resolvedHelp: at(7) });

  it("leaves the queue until a new event arrives", () => {
    const before = recent("a", {
      lastSeen: at(6),
      errors: 6,
      errorStreak: 4,
      helpSince: at(7),
      runningSince: at(6),
      attention: settled,
    });
    expect(kinds(before)).toEqual([]);
    expect(handsUp([before], NOW)).toEqual([]);
  });

  it("counts only later errors", () => {
    expect(kinds(recent("a", { errors: 8, errorStreak: 6, attention: settled }))).toEqual([]);
    expect(queue(recent("a", { errors: 9, errorStreak: 7, attention: settled })).waiting[0]!.need.reasons).toEqual([
      { kind: "streak", count: 3 },
    ]);
    expect(queue(recent("a", { errors: 12, errorStreak: 4, attention: settled })).waiting[0]!.need.reasons).toEqual([
      { kind: "streak", count: 4 },
    ]);
  });

  it("returns with a newly raised hand", () => {
    expect(kinds(recent("a", { helpSince: at(1), attention: settled }))).toEqual(["hand"]);
  });

  it("returns as behind or long-running only after a new event", () => {
    const others = [3, 4].map((cellIndex) => recent(`s${cellIndex}`, { notebookPath: "n", cellIndex }));
    const quiet = student("a", { lastSeen: at(9), notebookPath: "n", cellIndex: 1, attention: settled });
    expect(kinds(quiet, ...others)).toEqual([]);
    const settledLongAgo = attention({ resolvedAt: at(20) });
    expect(kinds({ ...quiet, attention: settledLongAgo }, ...others)).toEqual(["behind"]);
    expect(kinds(recent("b", { runningSince: at(2), attention: settled }))).toEqual(["running"]);
  });
});

describe("a snoozed student", () => {
  const off = (userId: string, minutes: number) =>
    recent(userId, { helpSince: at(3), attention: attention({ snoozedUntil: at(-minutes) }) });

  it("is listed separately, the next to return first, and then returns to the queue", () => {
    const found = queue(off("later", 9), off("sooner", 2), off("over", -1));
    expect(found.waiting.map((need) => need.student.userId)).toEqual(["over"]);
    expect(found.snoozed.map((need) => need.student.userId)).toEqual(["sooner", "later"]);
  });
});
