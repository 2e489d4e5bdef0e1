import type { CellDifficulty } from "../generated/api";

/** Sorts cells by the share of their students who have not solved them, then by the share who failed. */
export function hardest(cells: readonly CellDifficulty[]): readonly CellDifficulty[] {
  const unsolved = (cell: CellDifficulty) => (cell.students - cell.solved) / cell.students;
  const failed = (cell: CellDifficulty) => cell.failed / cell.students;
  return cells
    .filter(({ students }) => students > 0)
    .sort(
      (one, other) => unsolved(other) - unsolved(one) || failed(other) - failed(one) || other.students - one.students,
    );
}
