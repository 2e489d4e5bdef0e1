import { expect, it } from "vitest";
import { formatRoute, HOME, parseRoute, type Route } from "./route";

const ROUTES: Route[] = [
  HOME,
  {
    ...HOME,
    classId: "日本語 / 1%",
    view: "grid",
    notebook: "week 1/über?.ipynb",
    team: "A&B",
    search: "a=b #c",
    status: "stuck",
  },
  { ...HOME, view: "student", userId: "ada/../x@example.org", notebook: "n.ipynb", cellId: "c1" },
  { ...HOME, view: "student", userId: "ada", session: "tab 1&2" },
  { ...HOME, view: "student", userId: "ada", session: "" },
  {
    ...HOME,
    view: "report",
    minutes: null,
    period: { start: Date.UTC(2026, 0, 1, 9), at: Date.UTC(2026, 0, 1, 10), end: Date.UTC(2026, 0, 1, 10, 30) },
  },
  { ...HOME, view: "errors", minutes: 15, sort: "students" },
];

it.each(ROUTES)("%o survives formatting and parsing", (route) => {
  expect(parseRoute(formatRoute(route))).toEqual(route);
});

it.each(["", "#", "#/", "#/class", "#/other/default/grid"])("%o is the home page", (hash) => {
  expect(parseRoute(hash)).toEqual(HOME);
});

it.each([
  "#/class/default/nothing",
  "#/class/default/student",
  "#/class/default/help?status=x&minutes=7&start=b&at=a",
  "#/class/default?start=2026-01-02T00:00:00Z&at=2026-01-01T00:00:00Z",
])("%o is the class's first page", (hash) => {
  expect(parseRoute(hash)).toEqual(HOME);
});

it("accepts a bare percent sign", () => {
  expect(parseRoute("#/class/100%/grid").classId).toBe("100%");
});
