import { diffLines } from "diff";

export interface DiffLine {
  readonly sign: "+" | "-" | " ";
  readonly text: string;
}

/** Above this number of changes the texts have little in common, and the search for a diff would block the page. */
const MOST_CHANGES = 1000;

/** The difference between two texts, line by line. */
export function lineDiff(before: string, after: string): DiffLine[] {
  // Ends both texts with a line break: otherwise an appended line would mark the line before it as changed.
  const found = diffLines(ended(before), ended(after), { maxEditLength: MOST_CHANGES });
  if (!found) return [...signed("-", ended(before)), ...signed("+", ended(after))];
  return found.flatMap(({ added, removed, value }) => signed(added ? "+" : removed ? "-" : " ", value));
}

/** The number of unchanged lines that are left out. */
export interface Skipped {
  readonly skipped: number;
}

/** The changed lines with up to `context` lines around each. Counts the unchanged lines between them. */
export function aroundChanges(lines: readonly DiffLine[], context: number): readonly (DiffLine | Skipped)[] {
  const near = new Set<number>();
  lines.forEach(({ sign }, place) => {
    if (sign === " ") return;
    for (let other = place - context; other <= place + context; other += 1) near.add(other);
  });
  const shown: (DiffLine | Skipped)[] = [];
  let skipped = 0;
  const close = () => {
    if (skipped > 0) shown.push({ skipped });
    skipped = 0;
  };
  lines.forEach((line, place) => {
    if (!near.has(place)) {
      skipped += 1;
      return;
    }
    close();
    shown.push(line);
  });
  close();
  return shown;
}

export function changes(lines: readonly DiffLine[]): { added: number; removed: number } {
  return {
    added: lines.filter(({ sign }) => sign === "+").length,
    removed: lines.filter(({ sign }) => sign === "-").length,
  };
}

function signed(sign: DiffLine["sign"], text: string): DiffLine[] {
  return text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => ({ sign, text: line }));
}

function ended(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}
