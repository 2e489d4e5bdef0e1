import { expect, it } from "vitest";
import { isShared, stillAbsent, studentsOf, teachersOf } from "./counted";
import { student } from "./fixtures";

const NOW = Date.parse("2026-01-01T10:00:00Z");
const sato = student("sato", { isTeacher: true, lastSeen: "2026-01-01T09:10:00Z" });
const mori = student("mori", { isTeacher: true, lastSeen: "2026-01-01T09:40:00Z" });
const ada = student("ada");

it("separates teachers, the one heard last first, from students", () => {
  expect(studentsOf([sato, ada, mori])).toEqual([ada]);
  expect(teachersOf([sato, ada, mori])).toEqual([mori, sato]);
});

it.each([
  ["two tabs", 2, "2026-01-01T09:59:00Z", false],
  ["three sessions", 3, "2026-01-01T09:59:00Z", true],
  ["three sessions of yesterday", 3, "2025-12-31T09:00:00Z", false],
])("says whether an id is shared: %s", (_name, sessions, lastSeen, expected) => {
  expect(isShared(student("ada", { sessions, lastSeen }), NOW)).toBe(expected);
});

it("removes the absent who appear live, also as a linked guest", () => {
  const line = (userId: string) => ({ userId, userName: null, teamName: null });
  const live = new Map([ada, student("guest-1")].map((found) => [found.userId, found]));
  const idsOf = (userId: string) => (userId === "guest-1" ? ["bob", "s-bob"] : []);
  expect(stillAbsent(["ada", "bob", "cid"].map(line), live, idsOf)).toEqual([line("cid")]);
});
