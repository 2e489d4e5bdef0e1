// @vitest-environment happy-dom

import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Grid } from "../../generated/api";
import { publishCells } from "../../live/cells";
import type { Api } from "../../session/api";
import { type Classroom, emptyClassroom } from "../../state/classroom";
import type { Period } from "../../state/route";
import { type GridState, useGrid } from "./useGrid";

const page = document.createElement("div");
const requests: {
  readonly past: boolean;
  readonly answer: (revision: number, status?: "ok" | "error") => void;
  readonly fail: () => void;
}[] = [];
const request = (past: boolean) =>
  new Promise<Grid>((resolve, reject) => {
    const common = { classId: "default", notebookPath: "a.ipynb", columns: [{ cellId: "c0", cellIndex: 0 }] };
    requests.push({
      past,
      answer: (revision, status = "error") =>
        resolve({ ...common, revision, rows: [{ userId: "ada", cells: [[0, status, 1, 0, null]] }] }),
      fail: () => reject(new Error("unavailable")),
    });
  });
const api = { grid: () => request(false), gridAt: () => request(true) } as unknown as Api;
let seen: GridState;

function Probe({ room, period = null }: { room: Classroom; period?: Period | null }) {
  seen = useGrid(api, room, "a.ipynb", period);
  return null;
}

const live = (fields: Partial<Classroom> = {}) => ({ ...emptyClassroom("default", 1), synced: true, ...fields });
const settle = () => act(async () => void (await vi.advanceTimersByTimeAsync(1000)));
const status = () => seen.marks?.rows.get("ada")?.get("c0")?.status;

async function show(room: Classroom, period: Period | null = null) {
  act(() => render(<Probe room={room} period={period} />, page));
  await settle();
}

async function tell(revision: number, cellStatus: "ok" | "running") {
  const cell = {
    userId: "ada",
    notebookPath: "a.ipynb",
    cellId: "c0",
    cellIndex: 0,
    attempts: 2,
    errors: 1,
    lastErrorName: null,
    lastRun: null,
  };
  const cells = [{ ...cell, status: cellStatus, revision }];
  await act(async () => publishCells({ classId: "default", cells }));
  await settle();
}

beforeEach(() => {
  vi.useFakeTimers();
  requests.length = 0;
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
afterEach(() => {
  render(null, page);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it("applies newer changes that arrived while the grid was loading", async () => {
  await show(live());
  await tell(7, "ok");
  requests[0]!.answer(5);
  await settle();
  expect(status()).toBe("ok");
});

it("ignores changes that the fetched grid already contains", async () => {
  await show(live());
  await tell(7, "running");
  requests[0]!.answer(8);
  await settle();
  expect(status()).toBe("error");
});

it("waits for the class, and fetches again when the class was requested again", async () => {
  await show(live({ synced: false }));
  expect(requests).toHaveLength(0);
  await show(live());
  requests[0]!.answer(5);
  await settle();
  await show(live({ requestedAt: 2, synced: false }));
  expect(status()).toBe("error");
  await show(live({ requestedAt: 2 }));
  expect(requests).toHaveLength(2);
  requests[1]!.answer(9, "ok");
  await settle();
  expect(status()).toBe("ok");
});

it("reports a failure, keeps applying changes, and retries on demand", async () => {
  await show(live());
  requests[0]!.answer(5);
  await settle();
  await show(live({ requestedAt: 2 }));
  requests[1]!.fail();
  await settle();
  expect(seen.state).toBe("failed");
  await tell(6, "running");
  expect(status()).toBe("running");
  expect(seen.state).toBe("failed");
  act(() => seen.again());
  await settle();
  requests[2]!.answer(9, "ok");
  await settle();
  expect([seen.state, status()]).toEqual(["shown", "ok"]);
});

it("ignores live changes in a replay, and fetches only after the slider stops", async () => {
  const period = { start: 0, at: 1000, end: 9000 };
  act(() => render(<Probe room={live()} period={period} />, page));
  await show(live(), { ...period, at: 2000 });
  expect(requests.map(({ past }) => past)).toEqual([true]);
  requests[0]!.answer(5);
  await settle();
  await tell(9, "ok");
  expect(status()).toBe("error");
});
