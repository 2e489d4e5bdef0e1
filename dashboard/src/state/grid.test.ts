import { expect, it } from "vitest";
import type { Grid } from "../generated/api";
import type { CellState } from "../generated/wire";
import { inPlace, marksOf, sorted, withCells, workedBy } from "./grid";

const GRID: Grid = {
  classId: "default",
  notebookPath: "a.ipynb",
  revision: 5,
  columns: [
    { cellId: "c1", cellIndex: 1 },
    { cellId: "c2", cellIndex: 2 },
  ],
  rows: [
    {
      userId: "ada",
      cells: [
        [0, "ok", 1, 0, null],
        [1, "error", 3, 3, "NameError"],
      ],
    },
    { userId: "bob", cells: [[0, "running", 0, 0, null]] },
  ],
};

function cell(userId: string, cellId: string, revision: number, fields: Partial<CellState> = {}): CellState {
  const common = { notebookPath: "a.ipynb", cellIndex: Number(cellId.slice(1)), lastErrorName: null, lastRun: null };
  return { userId, cellId, revision, status: "ok", attempts: 1, errors: 0, ...common, ...fields };
}

const status = (marks: ReturnType<typeof marksOf>, userId: string, cellId: string) =>
  marks.rows.get(userId)?.get(cellId)?.status;

it("applies newer changes to the fetched grid", () => {
  const marks = withCells(marksOf(GRID), "a.ipynb", [cell("ada", "c2", 6), cell("bob", "c1", 7, { status: "error" })]);
  expect(status(marks, "ada", "c2")).toBe("ok");
  expect(status(marks, "bob", "c1")).toBe("error");
});

it("ignores older changes, in any order", () => {
  const fetched = marksOf(GRID);
  expect(withCells(fetched, "a.ipynb", [cell("ada", "c2", 5), cell("ada", "c2", 4)])).toBe(fetched);
  const newer = withCells(fetched, "a.ipynb", [cell("ada", "c2", 9, { status: "running" })]);
  expect(status(withCells(newer, "a.ipynb", [cell("ada", "c2", 8)]), "ada", "c2")).toBe("running");
});

it("adds new students and cells in the notebook's order", () => {
  const marks = withCells(marksOf(GRID), "a.ipynb", [cell("cid", "c0", 6), cell("cid", "c9", 6, { cellIndex: null })]);
  expect(marks.columns.map(({ cellId }) => cellId)).toEqual(["c0", "c1", "c2", "c9"]);
  expect(status(marks, "cid", "c0")).toBe("ok");
});

it("ignores other notebooks, and keeps unchanged rows identical", () => {
  const fetched = marksOf(GRID);
  expect(withCells(fetched, "a.ipynb", [cell("ada", "c1", 8, { notebookPath: "b.ipynb" })])).toBe(fetched);
  const marks = withCells(fetched, "a.ipynb", [cell("ada", "c1", 8)]);
  expect(marks.rows.get("bob")).toBe(fetched.rows.get("bob"));
  expect(marks.columns).toBe(fetched.columns);
});

it("counts the shown students who succeeded in each cell", () => {
  expect([...workedBy(marksOf(GRID), ["ada", "bob", "nobody"])]).toEqual([
    ["c1", 1],
    ["c2", 0],
  ]);
  expect([...workedBy(marksOf(GRID), ["bob"])]).toEqual([
    ["c1", 0],
    ["c2", 0],
  ]);
});

it("sorts by need (the given order), name, progress or failed runs", () => {
  const marks = marksOf(GRID);
  const who = (userId: string) => ({ ada: "Zoe", bob: "Bob", cid: "Cid" })[userId] ?? userId;
  const order = (sort: Parameters<typeof sorted>[2]) => sorted(marks, ["cid", "ada", "bob"], sort, who);
  expect(order("need")).toEqual(["cid", "ada", "bob"]);
  expect(order("name")).toEqual(["bob", "cid", "ada"]);
  expect(order("progress")).toEqual(["bob", "cid", "ada"]);
  expect(order("errors")).toEqual(["ada", "bob", "cid"]);
});

it("keeps the rows in place, removes absent students and appends new ones", () => {
  expect(inPlace(["dan", "cid", "bob", "ada"], ["ada", "eve", "cid", "bob"])).toEqual(["ada", "cid", "bob", "dan"]);
});

it("reaches the same state for any order of a thousand changes, each received twice", () => {
  const cells = Array.from({ length: 1000 }, (_, number) =>
    cell(`s${number % 50}`, `c${number % 60}`, 6 + number, { attempts: number, status: number % 3 ? "ok" : "error" }),
  );
  const once = withCells(marksOf(GRID), "a.ipynb", cells);
  const shuffled = [...cells, ...cells].sort(
    (one, other) => ((one.revision * 7919) % 1009) - ((other.revision * 7919) % 1009),
  );
  expect(shuffled.reduce((marks, change) => withCells(marks, "a.ipynb", [change]), marksOf(GRID))).toEqual(once);
});

it("holds a thousand students with sixty cells, and copies one row for a change", () => {
  const columns = Array.from({ length: 60 }, (_, index) => ({ cellId: `c${index}`, cellIndex: index }));
  const cells = columns.map((_, index) => [index, "ok", 1, 0, null] as [number, "ok", number, number, null]);
  const rows = Array.from({ length: 1000 }, (_, index) => ({ userId: `s${index}`, cells }));
  const fetched = marksOf({ ...GRID, columns, rows });
  const marks = withCells(fetched, "a.ipynb", [cell("s7", "c7", 6, { status: "error" })]);
  expect([...marks.rows].filter(([userId, row]) => row !== fetched.rows.get(userId)).map(([userId]) => userId)).toEqual(
    ["s7"],
  );
  expect(workedBy(marks, [...marks.rows.keys()]).get("c7")).toBe(999);
});
