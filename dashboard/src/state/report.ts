import type { CellDifficulty } from "../generated/api";

/** The hard cells first: where most of those who ran it have not solved it, then where most have failed. */
export function hardest(cells: readonly CellDifficulty[]): readonly CellDifficulty[] {
  const unsolved = (cell: CellDifficulty) => (cell.students - cell.solved) / cell.students;
  const failed = (cell: CellDifficulty) => cell.failed / cell.students;
  return cells
    .filter(({ students }) => students > 0)
    .sort(
      (one, other) => unsolved(other) - unsolved(one) || failed(other) - failed(one) || other.students - one.students,
    );
}
