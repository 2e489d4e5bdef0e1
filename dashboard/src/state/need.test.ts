import { describe, expect, it } from "vitest";
import { attention, need, student } from "./fixtures";
import { handsUp, needOf, pressing, runsLong } from "./need";
import { inPlace, queueOf } from "./queue";
import { standingOf, standingsOf } from "./status";

const NOW = Date.parse("2026-01-01T10:00:00Z");
const at = (minutesAgo: number) => new Date(NOW - minutesAgo * 60_000).toISOString();
const recent = (userId: string, fields: Parameters<typeof student>[1] = {}) =>
  student(userId, { lastSeen: at(0.1), ...fields });
const queue = (...students: ReturnType<typeof student>[]) => queueOf(standingsOf(students, NOW));
const waiting = (...students: ReturnType<typeof student>[]) =>
  queue(...students).waiting.map((entry) => entry.student.userId);
const kinds = (found: ReturnType<typeof student>, now = NOW) => needOf(found, now).reasons.map(({ kind }) => kind);

describe("a need counts", () => {
  it("from its start until its end", () => {
    const found = recent("a", { needs: [need("running", at(1), { starts: at(0), ends: at(-2) })] });
    expect(kinds(found, NOW - 1)).toEqual([]);
    expect(kinds(found, NOW)).toEqual(["running"]);
    expect(kinds(found, NOW + 2 * 60_000 - 1)).toEqual(["running"]);
    expect(kinds(found, NOW + 2 * 60_000)).toEqual([]);
  });

  it("with the others, in the server's order", () => {
    const needs = [need("hand", at(1)), need("streak", at(1), { count: 4 }), need("running", at(2))];
    expect(kinds(recent("a", { needs }))).toEqual(["hand", "streak", "running"]);
  });

  it("not while the student is snoozed, but is kept", () => {
    const snoozed = recent("a", { needs: [need("hand", at(1))], attention: attention({ snoozedUntil: at(-1) }) });
    const found = needOf(snoozed, NOW);
    expect([found.reasons.length, pressing(found)]).toEqual([1, []]);
    expect(pressing(needOf(snoozed, NOW + 60_000))).toEqual(found.reasons);
  });
});

it("a hand whose lease ends leaves the queue, the counts and the hands without a message", () => {
  const leased = recent("a", { needs: [need("hand", at(1), { ends: at(-0.5) })] });
  const seen = (now: number) => [
    queueOf(standingsOf([leased], now)).waiting.length,
    standingOf(leased, now).status,
    handsUp([leased], now),
  ];
  expect(seen(NOW + 29_999)).toEqual([1, "help", ["a"]]);
  expect(seen(NOW + 30_000)).toEqual([0, "active", []]);
});

it("a cell that runs long is marked also after a teacher has resolved it", () => {
  const found = recent("a", { runsLongFrom: at(0), needs: [] });
  expect([runsLong(found, NOW - 1), runsLong(found, NOW)]).toEqual([false, true]);
  expect(runsLong(recent("b"), NOW)).toBe(false);
});

describe("the order of the queue", () => {
  const hand = recent("hand", { needs: [need("hand", at(1))] });
  const stuck = recent("stuck", { needs: [need("streak", at(1), { count: 3 })] });

  it("is by urgency, then by longest wait or most failures", () => {
    const running = recent("running", { needs: [need("running", at(5))] });
    const early = recent("early", { needs: [need("hand", at(4))] });
    const seven = recent("seven", { needs: [need("streak", at(1), { count: 7 })] });
    const behind = recent("behind", { needs: [need("behind", at(9))] });
    expect(waiting(behind, running, stuck, hand, seven, early)).toEqual([
      "early",
      "hand",
      "seven",
      "stuck",
      "running",
      "behind",
    ]);
  });

  it("puts a claimed student after unclaimed ones of equal urgency", () => {
    const claimed = recent("claimed", {
      needs: [need("hand", at(9))],
      attention: attention({ claimedBy: "Ms Sato", claimedAt: at(1) }),
    });
    expect(waiting(claimed, stuck, hand)).toEqual(["hand", "claimed", "stuck"]);
  });

  it("stays while a teacher uses the queue: new entries come last", () => {
    const { waiting: needs } = queue(hand, stuck, recent("new", { needs: [need("hand", at(9))] }));
    expect(inPlace(needs, ["stuck", "gone", "hand"]).map((entry) => entry.student.userId)).toEqual([
      "stuck",
      "hand",
      "new",
    ]);
  });
});

describe("a snoozed student", () => {
  const off = (userId: string, minutes: number) =>
    recent(userId, { needs: [need("hand", at(3))], attention: attention({ snoozedUntil: at(-minutes) }) });

  it("is listed separately, the next to return first, and then returns to the queue", () => {
    const found = queue(off("later", 9), off("sooner", 2), off("over", -1));
    expect(found.waiting.map((entry) => entry.student.userId)).toEqual(["over"]);
    expect(found.snoozed.map((entry) => entry.student.userId)).toEqual(["sooner", "later"]);
  });
});
