// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { ago, duration, languageFor } from ".";
import { en } from "./en";

describe("times", () => {
  it("are as precise as a teacher needs them", () => {
    expect([0, 59_400, 60_000, 3_599_000, 7_300_000].map((ms) => duration(ms, en))).toEqual([
      "0 s",
      "59 s",
      "1 min",
      "59 min",
      "2 h",
    ]);
    expect([9_999, 34_000, 61_000].map((ms) => ago(ms, en))).toEqual(["just now", "30 s ago", "1 min ago"]);
    expect(duration(-500, en)).toBe("0 s");
  });
});

it("uses the chosen language, else the browser's, else English", () => {
  expect(languageFor(null, "ja-JP")).toBe("ja");
  expect(languageFor(null, "de")).toBe("en");
  expect(languageFor("en", "ja-JP")).toBe("en");
  expect(languageFor("ja", "de")).toBe("ja");
  expect(languageFor("nonsense", "ja")).toBe("ja");
});
