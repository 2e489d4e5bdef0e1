import { expect, it } from "vitest";
import { clockOffset } from "./clock";

const NOW = Date.parse("2026-01-01T09:00:00Z");
const offset = (known: number | null, behindMs: number) =>
  clockOffset(known, new Date(NOW - behindMs).toISOString(), NOW);

it("believes the message that was on its way for the shortest time", () => {
  expect(offset(null, 800)).toBe(-800);
  expect(offset(-800, 20)).toBe(-20);
  expect(offset(-20, 3000)).toBe(-20);
});

it("believes a jump of a clock at once", () => {
  expect(offset(-20, 3_600_000)).toBe(-3_600_000);
});
