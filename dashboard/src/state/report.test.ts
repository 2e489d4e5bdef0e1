import { expect, it } from "vitest";
import type { CellDifficulty } from "../generated/api";
import { hardest } from "./report";

function cell(cellId: string, students: number, solved: number, failed: number): CellDifficulty {
  return {
    notebookPath: "n",
    cellId,
    cellIndex: null,
    students,
    solved,
    failed,
    runs: 0,
    errors: 0,
    medianAttempts: null,
  };
}

it("sorts by share of unsolved, then by share of failed", () => {
  const cells = [
    cell("easy", 10, 10, 0),
    cell("tricky", 10, 10, 8),
    cell("hard", 10, 2, 5),
    cell("never run", 0, 0, 0),
  ];
  expect(hardest(cells).map(({ cellId }) => cellId)).toEqual(["hard", "tricky", "easy"]);
});
