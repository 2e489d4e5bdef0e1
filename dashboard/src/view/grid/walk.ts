import { ALL_UP_TO, type Window } from "../window";

/** The column of the students' names; those of the cells count from 0. */
export const NAMES = -1;

/** Row and column that a key leads to, as in the grid pattern of the WAI-ARIA practices; null for other keys. */
export function destination(
  { key, ctrlKey, altKey, metaKey }: Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey">,
  row: number,
  column: number,
  rows: number,
  columns: number,
): readonly [number, number] | null {
  // Alt and an arrow is the browser's way back.
  if (altKey || metaKey || rows === 0) return null;
  const within = (value: number) => Math.min(rows - 1, Math.max(0, value));
  switch (key) {
    case "ArrowDown":
      return [within(row + 1), column];
    case "ArrowUp":
      return [within(row - 1), column];
    case "ArrowRight":
      return [row, Math.min(columns - 1, column + 1)];
    case "ArrowLeft":
      return [row, Math.max(NAMES, column - 1)];
    case "PageDown":
      return [within(row + 10), column];
    case "PageUp":
      return [within(row - 10), column];
    case "Home":
      return [ctrlKey ? 0 : row, NAMES];
    case "End":
      return [ctrlKey ? rows - 1 : row, columns - 1];
    default:
      return null;
  }
}

/** How many rows of many cells are drawn beyond the edges of the box, and how many are drawn anew at once. */
const BEYOND = 10;
const STEP = 4;

/** The rows that are drawn when the box has been scrolled by `top` px: each is sixty cells, so fewer than of a list. */
export function rowsAround(count: number, rowHeight: number, top: number, height: number): Window {
  if (count <= ALL_UP_TO) return { first: 0, last: count };
  const start = Math.min(Math.floor(Math.max(0, top) / rowHeight), count);
  const first = Math.max(0, Math.floor((start - BEYOND) / STEP) * STEP);
  const last = Math.min(count, Math.ceil((start + Math.ceil(height / rowHeight) + BEYOND) / STEP) * STEP);
  return { first, last };
}

/** The stretches [from, to) of `count` rows that are drawn: those of the window, and the row `kept` wherever it is. */
export function stretches(
  first: number,
  last: number,
  count: number,
  kept: number,
): readonly (readonly [number, number])[] {
  const end = Math.min(last, count);
  const start = Math.min(first, end);
  if (kept < 0 || kept >= count || (kept >= start && kept < end)) return [[start, end]];
  const alone = [kept, kept + 1] as const;
  return kept < start ? [alone, [start, end]] : [[start, end], alone];
}
