import { expect, it } from "vitest";
import { plain, shortened } from "./plain";

it("removes terminal colours and titles", () => {
  expect(plain("\u001b[0;31mNameError\u001b[0m: \u001b]0;title\u0007x\r\ny")).toBe("NameError: x\ny");
});

it("leaves other text unchanged", () => {
  expect(plain("<b>[31m</b> 日本\n")).toBe("<b>[31m</b> 日本\n");
});

it("shows only the final state of a progress bar", () => {
  expect(plain("10%\r50%\r100%\r\ndone\n\rx\r")).toBe("100%\ndone\nx");
});

it("shortens a long text, but not to hide one line", () => {
  expect(shortened("a\nb\nc\nd", 2)).toEqual({ text: "a\nb", hidden: 2, cut: true });
  expect(shortened("a\nb\nc", 2)).toEqual({ text: "a\nb\nc", hidden: 0, cut: false });
});

it("shortens a single very long line", () => {
  const short = shortened("x".repeat(1_000_000), 30);
  expect(short.text.length).toBeLessThan(10_000);
  expect(short).toMatchObject({ hidden: 0, cut: true });
});

it("shows the last text of a line with many carriage returns", () => {
  expect(plain(`x${"\r".repeat(262_144)}y`)).toBe("y");
  expect(plain(`x${"\r".repeat(262_144)}`)).toBe("x");
});
