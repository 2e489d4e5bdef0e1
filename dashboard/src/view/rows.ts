import type { Range } from "@tanstack/virtual-core";

/** The margin of rendered rows beyond the viewport, and the step in which they change. */
const BEYOND = 10;
const STEP = 4;

/** The number of a row, or the height of a spacer (px). */
export type Piece = { readonly row: number } | { readonly space: number };

/** The rows to render, in steps so that scrolling rarely changes them, and the row `kept` at any position. */
export function around(
  { startIndex, endIndex, count }: Pick<Range, "startIndex" | "endIndex" | "count">,
  kept: number,
): number[] {
  const first = Math.max(0, Math.floor((startIndex - BEYOND) / STEP) * STEP);
  const last = Math.min(count, Math.ceil((endIndex + 1 + BEYOND) / STEP) * STEP);
  const rows = Array.from({ length: Math.max(0, last - first) }, (_, place) => first + place);
  if (kept < 0 || kept >= count || (kept >= first && kept < last)) return rows;
  return kept < first ? [kept, ...rows] : [...rows, kept];
}

/** The rendered rows and the spacers between them, together as high as all `count` rows. */
export function piecesOf(rows: readonly number[], count: number, rowHeight: number): readonly Piece[] {
  const pieces: Piece[] = [];
  let next = 0;
  for (const row of rows) {
    if (row > next) pieces.push({ space: (row - next) * rowHeight });
    pieces.push({ row });
    next = row + 1;
  }
  if (next < count) pieces.push({ space: (count - next) * rowHeight });
  return pieces;
}
