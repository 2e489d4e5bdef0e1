// Terminal escape sequences: colours, cursor movements and titles.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern matches control characters.
const ANSI = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** Removes terminal sequences from output. Of an overwritten line, such as a progress bar, keeps the last text. */
export function plain(text: string): string {
  const lines = text.replace(ANSI, "").replace(/\r\n/g, "\n");
  return lines.includes("\r") ? lines.split("\n").map(lastWritten).join("\n") : lines;
}

function lastWritten(line: string): string {
  // No pattern such as /\r+$/: on a line of many carriage returns it would try from each of them.
  let end = line.length;
  while (line[end - 1] === "\r") end -= 1;
  const text = line.slice(0, end);
  return text.slice(text.lastIndexOf("\r") + 1);
}

export interface Shortened {
  readonly text: string;
  /** The number of hidden lines. */
  readonly hidden: number;
  /** Whether any text is hidden. */
  readonly cut: boolean;
}

/** About one page of text; a single line may be ASCII art or encoded data. */
const MOST_CHARACTERS = 4000;

/** The first lines of a long text. */
export function shortened(text: string, most: number): Shortened {
  const lines = text.split("\n");
  // Hiding a single line is not worth a button.
  const kept = lines.length <= most + 1 ? text : lines.slice(0, most).join("\n");
  const short = kept.slice(0, MOST_CHARACTERS);
  return { text: short, hidden: lines.length - short.split("\n").length, cut: short.length < text.length };
}
