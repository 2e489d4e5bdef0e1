import type { Period } from "./route";

export const SPEEDS = [1, 10, 60] as const;
export type Speed = (typeof SPEEDS)[number];

/** The period after `passedMs` of playing; it stops at the end. */
export function played(period: Period, speed: Speed, passedMs: number): Period {
  return { ...period, at: Math.min(period.end, period.at + passedMs * speed) };
}

/** Restarts a period that has reached its end. */
export function playable(period: Period): Period {
  return period.at < period.end ? period : { ...period, at: period.start };
}

/** The last `minutes` up to `now`, from the beginning. */
export function lastMinutes(minutes: number, now: number): Period {
  const start = now - minutes * 60_000;
  return { start, at: start, end: now };
}

/** The local day up to `now`. */
export function today(now: number): Period {
  const start = new Date(now).setHours(0, 0, 0, 0);
  return { start, at: start, end: now };
}

/** The period of two form fields (local times, "2026-01-31T09:00"); null unless the end is after the start. */
export function periodOf(start: string, end: string): Period | null {
  const found = { start: new Date(start).getTime(), end: new Date(end).getTime() };
  return found.start < found.end ? { start: found.start, at: found.start, end: found.end } : null;
}

/** A time in the format of such a field. */
export function localField(ms: number): string {
  const local = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
