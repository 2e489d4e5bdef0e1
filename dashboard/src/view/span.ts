import type { Span } from "../session/api";
import type { Minutes, Period } from "../state/route";

const MINUTE_MS = 60_000;
/** The longest period that the server returns for a chart. */
const DAY_MINUTES = 24 * 60;

/** The full minutes to show: the last ones up to `now`, a full day, or a replay up to its moment. */
export function spanOf(minutes: Minutes, period: Period | null, now: number): Span {
  const end = Math.floor((period?.at ?? now) / MINUTE_MS + 1) * MINUTE_MS;
  const start = period ? Math.floor(period.start / MINUTE_MS) * MINUTE_MS : end - (minutes ?? DAY_MINUTES) * MINUTE_MS;
  return { start, end };
}

/** The last day of a period: a chart of a week of minutes would be noise. */
export function lastDay({ start, end }: Span): Span {
  return { start: Math.max(start, end - DAY_MINUTES * MINUTE_MS), end };
}

/** Whether the charts show only a part of the period. */
export function isLong({ start, end }: Span): boolean {
  return end - start > DAY_MINUTES * MINUTE_MS;
}
