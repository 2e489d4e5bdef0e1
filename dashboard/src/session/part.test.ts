import { expect, it } from "vitest";
import { part } from "./part";

it("encodes an id as it is, unless a path would interpret it", () => {
  expect(part("ada lovelace@example.org")).toBe("ada%20lovelace%40example.org");
  expect(part("a..b")).toBe("a..b");
  expect(["..", ".", "a/b", "~ada", "50%", "a\\b"].map(part)).toEqual([
    "~Li4",
    "~Lg",
    "~YS9i",
    "~fmFkYQ",
    "~NTAl",
    "~YVxi",
  ]);
  expect(part("学生/1?")).toBe("~5a2m55SfLzE_");
});
