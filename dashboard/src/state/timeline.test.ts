import { expect, it } from "vitest";
import type { StoredEvent } from "../generated/api";
import { codeBefore, NOTHING, withNewest, withOlder } from "./timeline";

function event(number: number, fields: Partial<StoredEvent> = {}): StoredEvent {
  const eventTime = new Date(Date.UTC(2026, 0, 1, 9, 0, number)).toISOString();
  const common = {
    eventType: "cell_executed",
    receivedAt: eventTime,
    storedAt: eventTime,
    userId: "ada",
    classId: "default",
  };
  return { eventId: `e${number}`, eventTime, notebookPath: "a.ipynb", cellId: "c1", ...common, ...fields };
}

const ids = (known: { events: readonly StoredEvent[] }) => known.events.map(({ eventId }) => eventId);

it("prepends new events and keeps the known ones", () => {
  const first = withNewest(NOTHING, { events: [event(3), event(2)], next: "c2" });
  const older = withOlder(first, { events: [event(1)], next: null });
  const newer = withNewest(older, { events: [event(4), event(3)], next: "c3" });
  expect(ids(newer)).toEqual(["e4", "e3", "e2", "e1"]);
  expect(newer.next).toBeNull();
});

it("starts again when the newest page does not overlap the known events", () => {
  const first = withNewest(NOTHING, { events: [event(1)], next: null });
  expect(withNewest(first, { events: [event(9), event(8)], next: "c8" })).toEqual({
    events: [event(9), event(8)],
    next: "c8",
  });
});

it("inserts a late event once, in order", () => {
  const first = withNewest(NOTHING, { events: [event(5), event(1)], next: null });
  expect(ids(withNewest(first, { events: [event(5), event(3), event(1)], next: null }))).toEqual(["e5", "e3", "e1"]);
});

it("keeps the server's order within a millisecond", () => {
  const started = event(1, { eventId: "z", eventTime: "2026-01-01T09:00:00.000100Z", eventType: "cell_started" });
  const ended = event(2, { eventId: "a", eventTime: "2026-01-01T09:00:00.000900Z" });
  const opened = event(3, { eventId: "m", eventTime: "2026-01-01T09:00:00Z", eventType: "notebook_opened" });
  const first = withNewest(NOTHING, { events: [opened], next: null });
  expect(ids(withNewest(first, { events: [ended, started, opened], next: null }))).toEqual(["a", "z", "m"]);
});

it("limits its length: a long day's page restarts with the newest events", () => {
  let known = withNewest(NOTHING, { events: [event(0)], next: null });
  for (let number = 1; number <= 3000; number += 1) {
    known = withNewest(known, { events: [event(number), event(number - 1)], next: `c${number - 1}` });
  }
  expect(known.events.length).toBeLessThanOrEqual(1000);
  expect(known.events[0]!.eventId).toBe("e3000");
  expect(known.next).not.toBeNull();
});

it("compares a run with the previous run of the same cell that has code", () => {
  const events = [
    event(6, { code: "c" }),
    event(5, { code: "other", cellId: "c2" }),
    event(4, { eventType: "cell_started", code: "x" }),
    event(3),
    event(2, { code: "b", notebookPath: "b.ipynb" }),
    event(1, { code: "a" }),
  ];
  expect([...codeBefore(events)]).toEqual([["e6", "a"]]);
});
