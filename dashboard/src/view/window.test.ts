import { describe, expect, it } from "vitest";
import { ALL_UP_TO, windowOf } from "./window";

describe("the rows that are drawn", () => {
  it("are all of a class that a person can take in", () => {
    expect(windowOf(ALL_UP_TO, 60, 5000, 800)).toEqual({ first: 0, last: ALL_UP_TO });
  });

  it("cover the screen and its surroundings, wherever it is", () => {
    for (let top = -300; top < 61_000; top += 37) {
      const { first, last } = windowOf(1000, 60, top, 800);
      const seenFirst = Math.min(1000, Math.max(0, Math.floor(top / 60)));
      const seenLast = Math.min(1000, Math.max(0, Math.ceil((top + 800) / 60)));
      expect(first).toBeLessThanOrEqual(seenFirst);
      expect(last).toBeGreaterThanOrEqual(seenLast);
      expect(last - first).toBeLessThanOrEqual(70);
    }
  });

  it("change only every few rows", () => {
    expect(windowOf(1000, 60, 24_000, 800)).toEqual(windowOf(1000, 60, 24_059, 800));
  });
});
