import { expect, it } from "vitest";
import { student } from "./fixtures";
import { standIns } from "./names";

const early = student("z", { firstEvent: "2026-01-01T09:00:00Z" });
const later = student("a", { firstEvent: "2026-01-01T09:00:01.5Z" });
const last = student("b", { firstEvent: "2026-01-01T09:00:01.5Z" });

it("stand-ins are numbered by first event, then by id", () => {
  expect([...standIns([last, later, early], new Map())]).toEqual([
    ["z", 1],
    ["a", 2],
    ["b", 3],
  ]);
});

it("a stand-in keeps its number when an earlier event arrives late", () => {
  const before = standIns([later, last], new Map());
  expect([...standIns([early, later, last], before)]).toEqual([
    ["a", 1],
    ["b", 2],
    ["z", 3],
  ]);
});

it("numbering returns the same map when there are no new students", () => {
  const before = standIns([later, last], new Map());
  expect(standIns([{ ...later, runs: 9 }, last], before)).toBe(before);
});
