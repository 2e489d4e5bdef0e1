import type { Period } from "./route";

export const SPEEDS = [1, 10, 60] as const;
export type Speed = (typeof SPEEDS)[number];

/** The moment after `passedMs` of playing; it stays at the end. */
export function played(period: Period, speed: Speed, passedMs: number): Period {
  return { ...period, at: Math.min(period.end, period.at + passedMs * speed) };
}

/** What Play begins with: at the end, the lesson starts again. */
export function playable(period: Period): Period {
  return period.at < period.end ? period : { ...period, at: period.start };
}

/** A period of so many minutes up to `now`, from its beginning. */
export function lastMinutes(minutes: number, now: number): Period {
  const start = now - minutes * 60_000;
  return { start, at: start, end: now };
}

/** The local day up to `now`. */
export function today(now: number): Period {
  const start = new Date(now).setHours(0, 0, 0, 0);
  return { start, at: start, end: now };
}

/** A period as two fields of a form give it (local times, "2026-01-31T09:00"); null unless it goes forward. */
export function periodOf(start: string, end: string): Period | null {
  const found = { start: new Date(start).getTime(), end: new Date(end).getTime() };
  return found.start < found.end ? { start: found.start, at: found.start, end: found.end } : null;
}

/** A moment as such a field shows it. */
export function localField(ms: number): string {
  const local = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
