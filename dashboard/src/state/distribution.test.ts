import { expect, it } from "vitest";
import { distributionOf, mostUsed } from "./distribution";
import { student } from "./fixtures";
import { standingOf } from "./status";

const at = (userId: string, notebookPath: string | null, cellIndex: number | null) =>
  standingOf(student(userId, { notebookPath, cellIndex, cellId: cellIndex === null ? null : `c${cellIndex}` }), 0);

it("chooses the notebook with the most students", () => {
  expect(mostUsed([at("a", "b.ipynb", 1), at("b", "a.ipynb", 1), at("c", "b.ipynb", 2)])).toBe("b.ipynb");
  expect(mostUsed([at("a", "b.ipynb", 1), at("b", "a.ipynb", 1)])).toBe("a.ipynb");
  expect(mostUsed([at("a", null, null)])).toBeNull();
});

it("counts the students at each cell in the notebook's order, and those in other notebooks", () => {
  const standings = [
    at("a", "n", 10),
    at("b", "n", 2),
    at("c", "n", 2),
    at("d", "n", null),
    at("e", "other", 2),
    at("f", null, null),
  ];
  const { bars, atNone, elsewhere } = distributionOf(standings, "n");
  expect(bars).toEqual([
    { cellId: "c2", cellIndex: 2, students: 2, median: true },
    { cellId: "c10", cellIndex: 10, students: 1, median: false },
  ]);
  expect([atNone, elsewhere]).toEqual([1, 2]);
});

it("marks one median, also for an even number", () => {
  const { bars } = distributionOf([at("a", "n", 1), at("b", "n", 2), at("c", "n", 3), at("d", "n", 4)], "n");
  expect(bars.map(({ median }) => median)).toEqual([false, true, false, false]);
  expect(distributionOf([], "n").bars).toEqual([]);
});
