// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { attention, need, student } from "../../state/fixtures";
import { handsUp } from "../../state/need";
import { queueOf } from "../../state/queue";
import { countByStatus, standingsOf } from "../../state/status";
import { rowTexts } from "./StudentRow";

const NOW = Date.parse("2026-01-01T10:00:00Z");
const at = (minutesAgo: number) => new Date(NOW - minutesAgo * 60_000).toISOString();
const recent = (userId: string, fields: Parameters<typeof student>[1] = {}) =>
  student(userId, { lastSeen: at(0.1), ...fields });

describe("every view uses the same rule", () => {
  const hand = { needs: [need("hand", at(7))] };
  const snoozed = attention({ snoozedUntil: at(-4) });
  const seen = (fields: Parameters<typeof student>[1]) => {
    const ada = recent("ada", fields);
    const standings = standingsOf([ada], NOW);
    const { waiting, snoozed: aside } = queueOf(standings);
    return {
      queue: waiting.flatMap(({ need }) => need.reasons.map(({ kind }) => kind)),
      aside: aside.length,
      status: standings[0]!.status,
      counts: Object.entries(countByStatus(standings)).flatMap(([status, count]) => (count > 0 ? [status] : [])),
      hands: handsUp([ada], NOW).length,
      why: rowTexts(standings[0]!, NOW).why,
    };
  };
  const nothing = { queue: [], aside: 0, status: "active", counts: ["active"], hands: 0, why: "" };

  it.each<[string, Parameters<typeof student>[1], object]>([
    [
      "a raised hand",
      { ...hand },
      { queue: ["hand"], status: "help", counts: ["help"], hands: 1, why: "hand up for 7 min" },
    ],
    ["a hand whose lease has ended", { needs: [need("hand", at(7), { ends: at(0) })] }, {}],
    ["a snoozed hand", { ...hand, attention: snoozed }, { aside: 1, why: "back in 4 min · hand up for 7 min" }],
    [
      "a hand whose snooze has ended",
      { ...hand, attention: attention({ snoozedUntil: at(0) }) },
      { queue: ["hand"], status: "help", counts: ["help"], hands: 1, why: "hand up for 7 min" },
    ],
    [
      "a claimed hand",
      { ...hand, attention: attention({ claimedBy: "Ms Sato", claimedAt: at(1) }) },
      { queue: ["hand"], status: "help", counts: ["help"], hands: 1, why: "hand up for 7 min" },
    ],
    ["a resolved streak", { errorStreak: 4, unresolvedStreak: 0 }, {}],
    [
      "two errors",
      { errorStreak: 6, unresolvedStreak: 2 },
      { status: "error", counts: ["error"], why: "2 errors in a row" },
    ],
    [
      "three errors",
      { errorStreak: 7, unresolvedStreak: 3, needs: [need("streak", at(1), { count: 3 })] },
      { queue: ["streak"], status: "stuck", counts: ["stuck"], why: "3 errors in a row" },
    ],
    [
      "a long run",
      { runningSince: at(6), needs: [need("running", at(6), { starts: at(5.5) })] },
      { queue: ["running"], status: "running", counts: ["running"], why: "cell has been running for 6 min" },
    ],
    [
      "a resolved long run",
      { lastSeen: at(6), idleFrom: at(1), runningSince: at(6) },
      { why: "no activity for 6 min", status: "idle", counts: ["idle"] },
    ],
    [
      "a cell that waits for input",
      { lastSeen: at(6), idleFrom: at(1), waitingSince: at(2) },
      { why: "waits for input for 2 min", status: "waiting", counts: ["waiting"] },
    ],
    [
      "a student who is behind",
      { lastSeen: at(9), idleFrom: at(4), needs: [need("behind", at(9), { starts: at(1) })] },
      { queue: ["behind"], why: "no activity for 9 min", status: "idle", counts: ["idle"] },
    ],
  ])("%s", (_name, fields, expected) => {
    expect(seen(fields)).toEqual({ ...nothing, ...expected });
  });
});
