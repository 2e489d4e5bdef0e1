import { expect, it } from "vitest";
import { isLong, lastDay, spanOf } from "./span";

const NINE = Date.UTC(2026, 0, 1, 9);
const MINUTE = 60_000;

it("ends with the current minute", () => {
  expect(spanOf(15, null, NINE + 1)).toEqual({ start: NINE - 14 * MINUTE, end: NINE + MINUTE });
});

it("is a day for all, or the full period; charts are limited to the last day, and say so", () => {
  const day = spanOf(null, null, NINE);
  expect(day.end - day.start).toBe(24 * 60 * MINUTE);
  expect([isLong(day), lastDay(day)]).toEqual([false, day]);
  const long = spanOf(60, { start: 0, at: NINE, end: NINE }, 0);
  expect(long).toEqual({ start: 0, end: NINE + MINUTE });
  expect([isLong(long), lastDay(long)]).toEqual([
    true,
    { start: NINE + MINUTE - 24 * 60 * MINUTE, end: NINE + MINUTE },
  ]);
});

it("ends at the current moment of a replay", () => {
  expect(spanOf(15, { start: NINE + 1, at: NINE + 2 * MINUTE, end: NINE + 9 * MINUTE }, 0)).toEqual({
    start: NINE,
    end: NINE + 3 * MINUTE,
  });
});
