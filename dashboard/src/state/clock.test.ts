import { expect, it } from "vitest";
import { clockOffset } from "./clock";

const NOW = Date.parse("2026-01-01T09:00:00Z");
const offset = (known: number | null, behindMs: number) =>
  clockOffset(known, new Date(NOW - behindMs).toISOString(), NOW);

it("uses the message with the shortest delay", () => {
  expect(offset(null, 800)).toBe(-800);
  expect(offset(-800, 20)).toBe(-20);
  expect(offset(-20, 3000)).toBe(-20);
});

it("accepts a clock jump at once", () => {
  expect(offset(-20, 3_600_000)).toBe(-3_600_000);
});
