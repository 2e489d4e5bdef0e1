import { expect, it } from "vitest";
import { destination, NAMES } from "./walk";

const NO_KEYS = { ctrlKey: false, altKey: false, metaKey: false };
const go = (key: string, row: number, column: number, held: Partial<typeof NO_KEYS> = {}) =>
  destination({ key, ...NO_KEYS, ...held }, row, column, 1000, 60);

it("moves from cell to cell and stays within the grid", () => {
  expect(go("ArrowDown", 3, 4)).toEqual([4, 4]);
  expect(go("ArrowDown", 999, 4)).toEqual([999, 4]);
  expect(go("ArrowUp", 0, 4)).toEqual([0, 4]);
  expect(go("ArrowRight", 3, 59)).toEqual([3, 59]);
  expect(go("PageDown", 995, 4)).toEqual([999, 4]);
});

it("moves to a student's name", () => {
  expect(go("ArrowLeft", 3, 0)).toEqual([3, NAMES]);
  expect(go("ArrowLeft", 3, NAMES)).toEqual([3, NAMES]);
  expect(go("Home", 3, 40)).toEqual([3, NAMES]);
  expect(go("ArrowRight", 3, NAMES)).toEqual([3, 0]);
});

it("moves to the corners", () => {
  expect(go("Home", 500, 40, { ctrlKey: true })).toEqual([0, NAMES]);
  expect(go("End", 500, 40, { ctrlKey: true })).toEqual([999, 59]);
});

it("ignores the browser's own keys", () => {
  expect(go("ArrowLeft", 3, 4, { altKey: true })).toBeNull();
  expect(go("Tab", 3, 4)).toBeNull();
  expect(destination({ key: "ArrowDown", ...NO_KEYS }, -1, 0, 0, 60)).toBeNull();
});
