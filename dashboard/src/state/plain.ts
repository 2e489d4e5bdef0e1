// Colours and cursor moves of a terminal, and what else of a control character no page can show.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for.
const ANSI = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** A program's output without what it said to a terminal; of a line that was written over, as a progress bar, the last. */
export function plain(text: string): string {
  const lines = text.replace(ANSI, "").replace(/\r\n/g, "\n");
  return lines.includes("\r") ? lines.split("\n").map(lastWritten).join("\n") : lines;
}

function lastWritten(line: string): string {
  const end = line.replace(/\r+$/, "");
  return end.slice(end.lastIndexOf("\r") + 1);
}

export interface Shortened {
  readonly text: string;
  /** How many lines are left out in full. */
  readonly hidden: number;
  /** Whether anything is left out. */
  readonly cut: boolean;
}

/** A page of text; one line may be an image written in letters. */
const MOST_CHARACTERS = 4000;

/** The first lines of a long text. */
export function shortened(text: string, most: number): Shortened {
  const lines = text.split("\n");
  // One line more is not worth a button.
  const kept = lines.length <= most + 1 ? text : lines.slice(0, most).join("\n");
  const short = kept.slice(0, MOST_CHARACTERS);
  return { text: short, hidden: lines.length - short.split("\n").length, cut: short.length < text.length };
}
