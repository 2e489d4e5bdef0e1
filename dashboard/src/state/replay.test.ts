import { expect, it } from "vitest";
import { lastMinutes, localField, periodOf, playable, played, today } from "./replay";

const NINE = Date.UTC(2026, 0, 1, 9);
const PERIOD = { start: NINE, at: NINE, end: NINE + 60_000 };

it("plays at the chosen speed and stops at the end", () => {
  expect(played(PERIOD, 10, 500).at).toBe(NINE + 5000);
  expect(played(PERIOD, 60, 2000).at).toBe(PERIOD.end);
});

it("restarts from the beginning after the end", () => {
  expect(playable({ ...PERIOD, at: PERIOD.end }).at).toBe(NINE);
  expect(playable({ ...PERIOD, at: NINE + 1 }).at).toBe(NINE + 1);
});

it("covers today from local midnight", () => {
  const noon = new Date(2026, 0, 31, 12, 30).getTime();
  const midnight = new Date(2026, 0, 31).getTime();
  expect(today(noon)).toEqual({ start: midnight, at: midnight, end: noon });
});

it("starts at the beginning of the period", () => {
  expect(lastMinutes(90, NINE)).toEqual({ start: NINE - 90 * 60_000, at: NINE - 90 * 60_000, end: NINE });
});

it("parses form fields as local times", () => {
  const start = localField(NINE);
  const found = periodOf(start, localField(NINE + 3_600_000));
  expect(found).toEqual({ start: NINE, at: NINE, end: NINE + 3_600_000 });
  expect(periodOf(start, start)).toBeNull();
  expect(periodOf("", start)).toBeNull();
});
