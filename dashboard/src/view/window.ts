export interface Window {
  /** Rows first to last - 1 are drawn. */
  readonly first: number;
  readonly last: number;
}

/** Up to here every row is drawn: the browser's own search and a reader's table then see the whole class. */
export const ALL_UP_TO = 100;
const STEP = 10;

/**
 * Which of `count` rows of one height are drawn when `top` px of the list are above the screen and the screen is
 * `height` px high: what is seen and about as much again on each side, in steps, so that few scrolls change it.
 */
export function windowOf(count: number, rowHeight: number, top: number, height: number): Window {
  if (count <= ALL_UP_TO) return { first: 0, last: count };
  const seen = Math.ceil(height / rowHeight) + 1;
  const start = Math.floor(Math.max(0, top) / rowHeight);
  const first = Math.max(0, Math.floor((Math.min(start, count) - seen) / STEP) * STEP);
  const last = Math.min(count, Math.ceil((start + 2 * seen) / STEP) * STEP);
  return { first, last };
}
