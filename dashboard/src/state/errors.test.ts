import { expect, it } from "vitest";
import type { ErrorGroup } from "../generated/api";
import { keyOf, shownErrors } from "./errors";

function group(errorName: string, students: number, fields: Partial<ErrorGroup> = {}): ErrorGroup {
  const time = "2026-01-01T09:00:00Z";
  const example = { eventId: "e", eventTime: time, userId: "ada", code: null, errorMessage: null, result: null };
  const common = { notebookPath: "a.ipynb", cellId: "c1", cellIndex: 1, message: "", unsolved: 0, runs: students };
  return { errorName, students, firstTime: time, lastTime: time, example, ...common, ...fields };
}

const GROUPS = [
  group("NameError", 2, { message: "name 'x' is not defined" }),
  group("TypeError", 9),
  group("KeyError", 9, { cellId: null }),
];
const names = (search: string, sort: Parameters<typeof shownErrors>[2]) =>
  shownErrors(GROUPS, search, sort).map(({ errorName }) => errorName);

it("keeps the given order, or sorts by number of students", () => {
  expect(names("", "newest")).toEqual(["NameError", "TypeError", "KeyError"]);
  expect(names("", "students")).toEqual(["TypeError", "KeyError", "NameError"]);
});

it("searches name, message, cell and notebook", () => {
  expect(names(" NOT defined", "newest")).toEqual(["NameError"]);
  expect(names("c1", "newest")).toEqual(["NameError", "TypeError"]);
  expect(names("nothing", "newest")).toEqual([]);
});

it("gives each group its own key", () => {
  expect(new Set(GROUPS.map(keyOf)).size).toBe(3);
});
