import type { StoredEvent, Timeline } from "../generated/api";

/** A student's events that the page has loaded, newest first. `next` is the cursor for older events, or null. */
export interface Known {
  readonly events: readonly StoredEvent[];
  readonly next: string | null;
}

/** Limits the memory of a page that stays open all day. */
const MOST_EVENTS = 1000;

export const NOTHING: Known = { events: [], next: null };

/** Puts the newest page before the known events. If the two do not overlap, drops the known events. */
export function withNewest(known: Known, page: Timeline): Known {
  const ids = new Set(known.events.map((event) => event.eventId));
  const reaches = page.next === null || page.events.some((event) => ids.has(event.eventId));
  if (!reaches || known.events.length === 0) return { events: page.events, next: page.next };
  const events = inOrder([...page.events, ...known.events]);
  return events.length > MOST_EVENTS && page.next !== null
    ? { events: page.events, next: page.next }
    : { events, next: known.next };
}

export function withOlder(known: Known, page: Timeline): Known {
  return { events: inOrder([...known.events, ...page.events]), next: page.next };
}

export function isRun(event: StoredEvent): boolean {
  return event.eventType === "cell_executed" && (event.cellType ?? "code") === "code";
}

/** The code of the previous run of the same cell, for each run. Skips runs without code. */
export function codeBefore(events: readonly StoredEvent[]): ReadonlyMap<string, string> {
  const newest = new Map<string, string>();
  const before = new Map<string, string>();
  for (const event of [...events].reverse()) {
    if (!isRun(event) || !event.cellId || event.code == null) continue;
    const cell = JSON.stringify([event.notebookPath, event.cellId]);
    const code = newest.get(cell);
    if (code !== undefined) before.set(event.eventId, code);
    newest.set(cell, event.code);
  }
  return before;
}

function inOrder(events: readonly StoredEvent[]): StoredEvent[] {
  const once = new Map(events.map((event) => [event.eventId, event]));
  return [...once.values()].sort((one, other) => {
    const later = Date.parse(other.eventTime) - Date.parse(one.eventTime);
    return later || fraction(other).localeCompare(fraction(one)) || (one.eventId < other.eventId ? 1 : -1);
  });
}

/** The fraction of a second, in microseconds: it keeps the order of events within one millisecond. */
function fraction({ eventTime }: StoredEvent): string {
  return (/\.(\d+)/.exec(eventTime)?.[1] ?? "").padEnd(6, "0");
}
