// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { student } from "../../state/fixtures";
import type { Mark } from "../../state/grid";
import { isLate, LOOKS, lookOf, SHAPES } from "./look";
import { en, ja } from "./texts";
import { cellWords } from "./words";

const NOW = Date.parse("2026-01-01T10:00:00Z");
const mark = (status: Mark["status"]): Mark => ({ status, attempts: 2, errors: 0, lastErrorName: null, revision: 1 });

describe("the look of a cell", () => {
  it("has a shape and words of its own in both languages", () => {
    for (const names of [SHAPES, en.looks, ja.looks]) {
      expect(new Set(LOOKS.map((look) => names[look])).size).toBe(LOOKS.length);
    }
  });

  it("is its status; only a running cell can run long", () => {
    expect(lookOf(undefined, true)).toBe("none");
    expect(lookOf(mark("running"), true)).toBe("late");
    for (const status of ["queued", "running", "waiting", "ok", "error", "interrupted", "aborted"] as const) {
      expect(lookOf(mark(status), false)).toBe(status);
    }
    expect(lookOf(mark("waiting"), true)).toBe("waiting");
  });

  it("is described in words", () => {
    expect(cellWords("Ada", "cell 7", "waiting", mark("waiting"), en)).toBe("Ada, cell 7: waits for input, 2 runs");
    expect(cellWords("Ada", "cell 7", "aborted", { ...mark("aborted"), attempts: 0 }, en)).toBe(
      "Ada, cell 7: did not run",
    );
  });
});

it("a student's cell runs long from the instant that the server gives", () => {
  const place = { notebookPath: "n", cellId: "c", runsLongFrom: "2026-01-01T10:00:00Z" };
  expect(isLate(student("a", place), "n", NOW)).toBe(true);
  expect(isLate(student("a", place), "n", NOW - 1)).toBe(false);
  expect(isLate(student("a", place), "m", NOW)).toBe(false);
  expect(isLate(student("a", { ...place, runsLongFrom: null }), "n", NOW)).toBe(false);
});
