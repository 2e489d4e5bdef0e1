// @vitest-environment happy-dom

import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { StoredEvent, Timeline } from "../../generated/api";
import type { Api } from "../../session/api";
import { type TimelineState, useTimeline } from "./useTimeline";

const page = document.createElement("div");
interface Request {
  readonly before: string | null;
  readonly cellId: string | null;
  readonly answer: (seconds: readonly number[], next?: string | null) => Promise<void>;
  readonly fail: () => void;
}
const requests: Request[] = [];
const api = {
  timeline: (_class: string, _user: string, { before, cellId }: { before: string | null; cellId: string | null }) =>
    new Promise<Timeline>((resolve, reject) => {
      requests.push({
        before,
        cellId,
        answer: async (seconds, next = null) => {
          resolve({ events: seconds.map(event), next });
          await settle();
        },
        fail: () => reject(new Error("unavailable")),
      });
    }),
} as unknown as Api;
let seen: TimelineState;

function event(second: number): StoredEvent {
  const eventTime = new Date(Date.UTC(2026, 0, 1, 9, 0, second)).toISOString();
  return {
    eventId: `e${second}`,
    eventType: "cell_executed",
    eventTime,
    receivedAt: eventTime,
    storedAt: eventTime,
    userId: "ada",
    classId: "default",
  };
}

function Probe({ cellId, revision }: { cellId: string | null; revision: number }) {
  seen = useTimeline(api, { classId: "default", userId: "ada", notebook: null, cellId, session: null }, revision);
  return null;
}

const settle = (ms = 1000) => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));
const show = (revision: number, cellId: string | null = null) =>
  act(() => render(<Probe cellId={cellId} revision={revision} />, page));
const ids = () => seen.known.events.map(({ eventId }) => eventId).join(" ");

beforeEach(async () => {
  vi.useFakeTimers();
  requests.length = 0;
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  show(1);
  await settle();
  await requests[0]!.answer([5, 4], "before e4");
});
afterEach(() => {
  render(null, page);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it("fetches once for a burst of changes and prepends new events", async () => {
  for (const revision of [2, 3, 4]) {
    show(revision);
    await settle(100);
  }
  expect(requests).toHaveLength(1);
  await settle();
  expect(requests).toHaveLength(2);
  await requests[1]!.answer([6, 5], "before e5");
  expect(ids()).toBe("e6 e5 e4");
});

it("loads older pages, and a repeated press changes nothing", async () => {
  act(() => seen.older());
  act(() => seen.older());
  expect(requests.map(({ before }) => before)).toEqual([null, "before e4", "before e4"]);
  await requests[1]!.answer([3], "before e3");
  await requests[2]!.answer([3], "before e3");
  expect(ids()).toBe("e5 e4 e3");
  expect(seen.known.next).toBe("before e3");
});

it("ignores a late older page of another query", async () => {
  act(() => seen.older());
  show(1, "c1");
  await settle();
  await requests[2]!.answer([5]);
  await requests[1]!.answer([3]);
  expect([ids(), seen.state]).toEqual(["e5", "shown"]);
});

it("keeps the known events after a failure", async () => {
  show(2);
  await settle();
  requests[1]!.fail();
  await settle();
  expect([ids(), seen.state]).toEqual(["e5 e4", "failed"]);
  act(() => seen.again());
  await settle();
  await requests[2]!.answer([6, 5], "before e5");
  expect([ids(), seen.state]).toEqual(["e6 e5 e4", "shown"]);
});
