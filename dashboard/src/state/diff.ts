import { diffLines } from "diff";

export interface DiffLine {
  readonly sign: "+" | "-" | " ";
  readonly text: string;
}

/** Two texts with more changes have nothing in common worth finding; looking for it would hold up the page. */
const MOST_CHANGES = 1000;

/** What changed from one text to the other, line by line. */
export function lineDiff(before: string, after: string): DiffLine[] {
  // A last line gets its end, or adding a line after it would look like a change of both.
  const found = diffLines(ended(before), ended(after), { maxEditLength: MOST_CHANGES });
  if (!found) return [...signed("-", ended(before)), ...signed("+", ended(after))];
  return found.flatMap(({ added, removed, value }) => signed(added ? "+" : removed ? "-" : " ", value));
}

/** So many lines that stayed the same. */
export interface Skipped {
  readonly skipped: number;
}

/** The changed lines with up to `context` lines around each; what lies between is counted. */
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
