/** The column of student names; cell columns count from 0. */
export const NAMES = -1;

/** The row and column that a key moves to, after the WAI-ARIA grid pattern; null for other keys. */
export function destination(
  { key, ctrlKey, altKey, metaKey }: Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey">,
  row: number,
  column: number,
  rows: number,
  columns: number,
): readonly [number, number] | null {
  // Alt and an arrow key navigate in the browser's history.
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
