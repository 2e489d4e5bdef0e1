import type { Grid, GridColumn } from "../generated/api";
import type { CellState, CellStatus } from "../generated/wire";

/** One student's result in one cell, as the grid shows it. */
export interface Mark {
  readonly status: CellStatus;
  readonly attempts: number;
  readonly errors: number;
  readonly lastErrorName: string | null;
  readonly revision: number;
}

/** A student's marks by cell id. */
export type Row = ReadonlyMap<string, Mark>;

export interface Marks {
  readonly columns: readonly GridColumn[];
  readonly rows: ReadonlyMap<string, Row>;
  readonly revision: number;
}

export const NO_MARKS: Row = new Map();

/** Gives every mark of a fetched grid the grid's revision. */
export function marksOf(grid: Grid): Marks {
  const { revision, columns } = grid;
  const rows = new Map<string, Row>();
  for (const { userId, cells } of grid.rows) {
    const row = new Map<string, Mark>();
    for (const [column, status, attempts, errors, lastErrorName] of cells) {
      const cellId = columns[column]?.cellId;
      if (cellId !== undefined) row.set(cellId, { status, attempts, errors, lastErrorName, revision });
    }
    rows.set(userId, row);
  }
  return { columns, rows, revision };
}

/** Applies changed cells with a higher revision. Creates new objects for changed rows only. */
export function withCells(marks: Marks, notebook: string, cells: readonly CellState[]): Marks {
  const rows = new Map(marks.rows);
  const touched = new Set<string>();
  const found: GridColumn[] = [];
  for (const cell of cells) {
    if (cell.notebookPath !== notebook || cell.revision <= marks.revision) continue;
    const row = rows.get(cell.userId) ?? NO_MARKS;
    const known = row.get(cell.cellId);
    if (known && known.revision >= cell.revision) continue;
    const own = touched.has(cell.userId) ? (row as Map<string, Mark>) : new Map(row);
    const { status, attempts, errors, lastErrorName, revision } = cell;
    own.set(cell.cellId, { status, attempts, errors, lastErrorName, revision });
    rows.set(cell.userId, own);
    touched.add(cell.userId);
    found.push({ cellId: cell.cellId, cellIndex: cell.cellIndex });
  }
  return touched.size === 0 ? marks : { ...marks, rows, columns: withColumns(marks.columns, found) };
}

/** Returns the same columns if there are no new ones, else columns sorted by greatest index, then id. */
function withColumns(columns: readonly GridColumn[], found: readonly GridColumn[]): readonly GridColumn[] {
  const indexes = new Map(columns.map(({ cellId, cellIndex }) => [cellId, cellIndex]));
  let changed = false;
  for (const { cellId, cellIndex } of found) {
    const known = indexes.get(cellId);
    if (known !== undefined && (cellIndex === null || (known !== null && known >= cellIndex))) continue;
    indexes.set(cellId, cellIndex);
    changed = true;
  }
  if (!changed) return columns;
  const rank = (index: number | null) => index ?? Number.MAX_SAFE_INTEGER;
  return [...indexes]
    .map(([cellId, cellIndex]) => ({ cellId, cellIndex }))
    .sort((one, other) => rank(one.cellIndex) - rank(other.cellIndex) || (one.cellId < other.cellId ? -1 : 1));
}

/** How many of these students succeeded in each column. */
export function workedBy(marks: Marks, userIds: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>(marks.columns.map(({ cellId }) => [cellId, 0]));
  for (const userId of userIds) {
    for (const [cellId, { status }] of marks.rows.get(userId) ?? NO_MARKS) {
      if (status === "ok") counts.set(cellId, (counts.get(cellId) ?? 0) + 1);
    }
  }
  return counts;
}

export const SORTS = ["need", "name", "progress", "errors"] as const;
export type Sort = (typeof SORTS)[number];

/** Sorts the rows by need (the given order), by name, by least progress, or by most failed runs. */
export function sorted(
  marks: Marks,
  userIds: readonly string[],
  sort: Sort,
  who: (userId: string) => string,
): readonly string[] {
  if (sort === "need") return userIds;
  const key = new Map<string, number>();
  if (sort !== "name") {
    for (const userId of userIds) {
      let sum = 0;
      for (const { status, errors } of (marks.rows.get(userId) ?? NO_MARKS).values()) {
        sum += sort === "errors" ? -errors : status === "ok" ? 1 : 0;
      }
      key.set(userId, sum);
    }
  }
  const byName = (one: string, other: string) => names.compare(who(one), who(other)) || (one < other ? -1 : 1);
  return [...userIds].sort((one, other) => (key.get(one) ?? 0) - (key.get(other) ?? 0) || byName(one, other));
}

/** `wanted` (user ids) in the order of `before`, then the new ones. */
export function inPlace(wanted: readonly string[], before: readonly string[]): readonly string[] {
  const left = new Set(wanted);
  const stayed = before.filter((userId) => left.delete(userId));
  return [...stayed, ...left];
}

const names = new Intl.Collator(undefined, { numeric: true });
