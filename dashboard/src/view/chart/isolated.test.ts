import { expect, it } from "vitest";
import { isolated } from "./isolated";

it("finds the values that a line would not show", () => {
  expect(isolated([null, 5, null, 1, 2, null, 0])).toEqual([1, 6]);
  expect(isolated([7])).toEqual([0]);
  expect(isolated([1, 2])).toEqual([]);
  expect(isolated([null, null])).toEqual([]);
});
