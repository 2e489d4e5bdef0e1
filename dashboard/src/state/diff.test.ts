import { expect, it } from "vitest";
import { aroundChanges, changes, lineDiff } from "./diff";

const written = (before: string, after: string) => lineDiff(before, after).map(({ sign, text }) => sign + text);

it("marks added and removed lines", () => {
  expect(written("a\nb\nc", "a\nB\nc\nd")).toEqual([" a", "-b", "+B", " c", "+d"]);
  expect(changes(lineDiff("a\nb\nc", "a\nB\nc\nd"))).toEqual({ added: 2, removed: 1 });
});

it("ignores a line break added at the end", () => {
  expect(written("a", "a\n")).toEqual([" a"]);
  expect(changes(lineDiff("a", "a\n"))).toEqual({ added: 0, removed: 0 });
});

it("keeps empty lines", () => {
  expect(written("a\n\nb", "a\n\n\nb")).toEqual([" a", " ", "+", " b"]);
});

it("shows a few lines around each change and counts the others", () => {
  const before = Array.from({ length: 40 }, (_, number) => `line ${number}`);
  const after = before.map((line, number) => (number === 20 ? "changed" : line));
  const shown = aroundChanges(lineDiff(before.join("\n"), after.join("\n")), 1);
  expect(shown).toEqual([
    { skipped: 19 },
    { sign: " ", text: "line 19" },
    { sign: "-", text: "line 20" },
    { sign: "+", text: "changed" },
    { sign: " ", text: "line 21" },
    { skipped: 18 },
  ]);
});

it("hides no lines between adjacent changes", () => {
  expect(aroundChanges(lineDiff("a\nb\nc\nd", "A\nb\nc\nD"), 1).some((line) => "skipped" in line)).toBe(false);
});

it("marks all lines as removed and added when the texts have nothing in common", () => {
  const text = (word: string) => Array.from({ length: 5000 }, (_, number) => `${word} ${number}`).join("\n");
  expect(changes(lineDiff(text("one"), text("other")))).toEqual({ added: 5000, removed: 5000 });
});
