import { describe, expect, it } from "vitest";
import { need, student } from "./fixtures";
import { byNeed, countByStatus, standingOf } from "./status";

const NOW = Date.parse("2026-01-01T10:00:00Z");
const at = (secondsAgo: number) => new Date(NOW - secondsAgo * 1000).toISOString();
const streak = (count: number) => ({
  errorStreak: count,
  unresolvedStreak: count,
  needs: count < 3 ? [] : [need("streak", at(1), { count })],
});
const status = (fields: Parameters<typeof student>[1]) =>
  standingOf(student("a", { lastSeen: at(1), ...fields }), NOW).status;

describe("a student's status", () => {
  it("is the most urgent one that applies", () => {
    expect(status({})).toBe("active");
    const running = need("running", at(31), { starts: at(1) });
    expect(status({ idleFrom: at(0) })).toBe("idle");
    expect(status({ idleFrom: at(-1) })).toBe("active");
    expect(status({ ...streak(1), idleFrom: at(1) })).toBe("error");
    expect(status({ ...streak(2), waitingSince: at(400), idleFrom: at(1) })).toBe("waiting");
    expect(status({ ...streak(2), needs: [running] })).toBe("running");
    expect(status({ needs: [need("running", at(29), { starts: at(-1) })] })).toBe("active");
    expect(status({ ...streak(3), waitingSince: at(1) })).toBe("stuck");
    expect(status({ needs: [...streak(3).needs, running] })).toBe("stuck");
    expect(status({ needs: [need("hand", at(5)), ...streak(3).needs] })).toBe("help");
  });

  it("is quiet when the student is absent, whatever was left", () => {
    const left = student("left", { ...streak(2), lastSeen: at(7200), waitingSince: at(7200), absentFrom: at(0) });
    expect(standingOf(left, NOW)).toMatchObject({ status: "idle", since: NOW - 7_200_000 });
    expect(standingOf(left, NOW - 1).status).toBe("waiting");
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
    const hand = student("hand", { lastSeen: at(1), needs: [need("hand", at(3))] });
    const stuck = student("stuck", { lastSeen: at(1), ...streak(4) });
    const quiet = student("quiet", { lastSeen: at(900), idleFrom: at(600) });
    expect(order(working, quiet, stuck, hand)).toEqual(["hand", "stuck", "quiet", "working"]);
  });

  it("is by longest wait within a status", () => {
    const hands = [
      student("new", { needs: [need("hand", at(3))] }),
      student("old", { needs: [need("hand", at(300))] }),
    ];
    expect(order(...hands)).toEqual(["old", "new"]);
  });

  it("is by longest streak among stuck students", () => {
    const stuck = [
      student("three", { ...streak(3), lastSeen: at(9) }),
      student("seven", { ...streak(7), lastSeen: at(1) }),
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
  const standings = [student("a", { lastSeen: at(1) }), student("b", { needs: [need("hand", at(1))] })].map((found) =>
    standingOf(found, NOW),
  );
  expect(countByStatus(standings)).toMatchObject({ active: 1, help: 1, stuck: 0 });
});
