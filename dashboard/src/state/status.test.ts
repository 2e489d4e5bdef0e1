import { describe, expect, it } from "vitest";
import { student } from "./fixtures";
import { byNeed, countByStatus, standingOf } from "./status";

const NOW = Date.parse("2026-01-01T10:00:00Z");
const at = (secondsAgo: number) => new Date(NOW - secondsAgo * 1000).toISOString();
const status = (fields: Parameters<typeof student>[1]) =>
  standingOf(student("a", { lastSeen: at(1), ...fields }), NOW).status;

describe("a student's status", () => {
  it("is the most urgent one that applies", () => {
    expect(status({})).toBe("active");
    expect(status({ lastSeen: at(301) })).toBe("idle");
    expect(status({ errorStreak: 1, lastSeen: at(301) })).toBe("error");
    expect(status({ errorStreak: 2, runningSince: at(31) })).toBe("running");
    expect(status({ runningSince: at(29) })).toBe("active");
    expect(status({ errorStreak: 3, runningSince: at(31) })).toBe("stuck");
    expect(status({ errorStreak: 3, helpSince: at(5) })).toBe("help");
  });
});

describe("the order of students", () => {
  const order = (...students: ReturnType<typeof student>[]) =>
    students
      .map((found) => standingOf(found, NOW))
      .sort(byNeed)
      .map((found) => found.student.userId);

  it("is by urgency", () => {
    const working = student("working", { lastSeen: at(1) });
    const hand = student("hand", { lastSeen: at(1), helpSince: at(3) });
    const stuck = student("stuck", { lastSeen: at(1), errorStreak: 4 });
    const quiet = student("quiet", { lastSeen: at(900) });
    expect(order(working, quiet, stuck, hand)).toEqual(["hand", "stuck", "quiet", "working"]);
  });

  it("is by longest wait within a status", () => {
    const hands = [student("new", { helpSince: at(3) }), student("old", { helpSince: at(300) })];
    expect(order(...hands)).toEqual(["old", "new"]);
  });

  it("is by longest streak among stuck students", () => {
    const stuck = [
      student("three", { errorStreak: 3, lastSeen: at(9) }),
      student("seven", { errorStreak: 7, lastSeen: at(1) }),
    ];
    expect(order(...stuck)).toEqual(["seven", "three"]);
  });

  it("is by name among working students", () => {
    const working = [
      student("b", { userName: "Zoë", lastSeen: at(1) }),
      student("a", { userName: "Amara", lastSeen: at(9) }),
    ];
    expect(order(...working)).toEqual(["a", "b"]);
  });
});

it("counts students by status", () => {
  const standings = [student("a", { lastSeen: at(1) }), student("b", { helpSince: at(1) })].map((found) =>
    standingOf(found, NOW),
  );
  expect(countByStatus(standings)).toMatchObject({ active: 1, help: 1, stuck: 0 });
});
