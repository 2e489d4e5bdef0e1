import { describe, expect, it } from "vitest";
import { isFiltered, looksFor, notebooksOf, passes, teamsOf } from "./filters";
import { student } from "./fixtures";
import { HOME, VIEWS } from "./route";
import { standingOf } from "./status";

const ada = student("ada", { userName: "Ada Lovelace", teamName: "East", notebookPath: "week 1.ipynb" });
const words = () => ["Ada Lovelace", "ada"];
const shown = (filters: Partial<typeof HOME>, searched = words) => passes(ada, { ...HOME, ...filters }, searched);

describe("the filters", () => {
  it("keep everyone by default", () => {
    expect(shown({})).toBe(true);
    expect(shown({ search: "  " })).toBe(true);
    expect(isFiltered({ ...HOME, search: " " })).toBe(false);
  });

  it("all have to match", () => {
    expect(shown({ team: "East", notebook: "week 1.ipynb", search: "LOVE" })).toBe(true);
    expect(shown({ team: "West", search: "love" })).toBe(false);
    expect(shown({ notebook: "week 2.ipynb" })).toBe(false);
    expect(shown({ search: "bob" })).toBe(false);
  });

  it("search team and notebook too", () => {
    expect(shown({ search: "east" })).toBe(true);
    expect(shown({ search: "week" })).toBe(true);
  });

  it("do not reveal a hidden name", () => {
    const hidden = () => ["Student 12"];
    expect(shown({ search: "ada" }, hidden)).toBe(false);
    expect(shown({ search: "12" }, hidden)).toBe(true);
  });
});

describe("the filter choices", () => {
  const standings = [ada, student("b", { teamName: "East", notebookPath: "week 10.ipynb" }), student("c")].map(
    (found) => standingOf(found, 0),
  );

  it("are unique, in natural order", () => {
    expect(teamsOf(standings, null)).toEqual(["East"]);
    const lines = [{ notebookPath: "week 2.ipynb", students: 0, cells: 4 }];
    expect(notebooksOf(standings, lines, null)).toEqual(["week 1.ipynb", "week 2.ipynb", "week 10.ipynb"]);
  });

  it("keep the current choice when nobody matches it", () => {
    expect(teamsOf(standings, "West")).toEqual(["East", "West"]);
  });
});

it("searches students in student views, errors in the error view, and nothing in other views", () => {
  expect(VIEWS.map((view) => [view, looksFor(view)])).toEqual([
    ["help", "students"],
    ["grid", "students"],
    ["progress", null],
    ["errors", "errors"],
    ["student", null],
    ["report", null],
    ["settings", null],
  ]);
});
