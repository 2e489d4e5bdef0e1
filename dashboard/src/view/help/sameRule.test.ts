// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { attention, student } from "../../state/fixtures";
import { handsUp } from "../../state/need";
import { queueOf } from "../../state/queue";
import { countByStatus, standingsOf } from "../../state/status";
import { rowTexts } from "./StudentRow";

const NOW = Date.parse("2026-01-01T10:00:00Z");
const at = (minutesAgo: number) => new Date(NOW - minutesAgo * 60_000).toISOString();
const recent = (userId: string, fields: Parameters<typeof student>[1] = {}) =>
  student(userId, { lastSeen: at(0.1), ...fields });

describe("every view uses the same rule", () => {
  const hand = { helpSince: at(7) };
  const solved = attention({ resolvedAt: at(5), resolvedErrors: 6, resolvedHelp: at(7) });
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

  it.each([
    [
      "a raised hand",
      { ...hand },
      { queue: ["hand"], status: "help", counts: ["help"], hands: 1, why: "hand up for 7 min" },
    ],
    ["a hand still up after it was resolved", { ...hand, attention: solved }, {}],
    [
      "a hand raised again after it was resolved",
      { helpSince: at(2), attention: solved },
      { queue: ["hand"], status: "help", counts: ["help"], hands: 1, why: "hand up for 2 min" },
    ],
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
    ["a resolved streak", { errors: 6, errorStreak: 4, attention: solved }, {}],
    [
      "two errors after it was resolved",
      { errors: 8, errorStreak: 6, attention: solved },
      { status: "error", counts: ["error"], why: "2 errors in a row" },
    ],
    [
      "three errors after it was resolved",
      { errors: 9, errorStreak: 7, attention: solved },
      { queue: ["streak"], status: "stuck", counts: ["stuck"], why: "3 errors in a row" },
    ],
    [
      "a resolved long run",
      { lastSeen: at(6), runningSince: at(6), attention: solved },
      { why: "no activity for 6 min", status: "idle", counts: ["idle"] },
    ],
  ] as const)("%s", (_name, fields, expected) => {
    expect(seen(fields)).toEqual({ ...nothing, ...expected });
  });
});
