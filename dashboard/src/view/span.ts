import type { Span } from "../session/api";
import type { Minutes, Period } from "../state/route";

const MINUTE_MS = 60_000;
/** As much as the server answers of a chart. */
const DAY_MINUTES = 24 * 60;

/** The whole minutes to show: the last ones up to `now`, all of a day, or what a replay has seen so far. */
export function spanOf(minutes: Minutes, period: Period | null, now: number): Span {
  const end = Math.floor((period?.at ?? now) / MINUTE_MS + 1) * MINUTE_MS;
  const start = period ? Math.floor(period.start / MINUTE_MS) * MINUTE_MS : end - (minutes ?? DAY_MINUTES) * MINUTE_MS;
  return { start, end };
}

/** What the charts show of a period: a week of minutes would be a line of noise. */
export function lastDay({ start, end }: Span): Span {
  return { start: Math.max(start, end - DAY_MINUTES * MINUTE_MS), end };
}

/** Whether the charts show less than the period. */
export function isLong({ start, end }: Span): boolean {
  return end - start > DAY_MINUTES * MINUTE_MS;
}
