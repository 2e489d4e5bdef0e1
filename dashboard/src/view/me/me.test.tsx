// @vitest-environment happy-dom

import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { StoredEvent, StudentDataExport } from "../../generated/api";
import type { Attention } from "../../generated/wire";
import { json, type Request, serve } from "../../session/fixtures";
import { student } from "../../state/fixtures";
import { fieldOf, fill, press, settled, textOf } from "../fixtures";
import { MePage } from ".";

const FIRST = "GET /api/v1/me/data";
const SECOND = "GET /api/v1/me/data?after=2";
const page = document.createElement("div");
let requests: Request[] = [];

beforeEach(() => {
  document.body.append(page);
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
afterEach(() => {
  render(null, page);
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function event(eventId: string): StoredEvent {
  const time = "2026-01-01T09:00:00Z";
  const ids = { eventId, userId: "s-0a1b", classId: "python" };
  return {
    ...ids,
    eventType: "cell_executed",
    eventTime: time,
    receivedAt: time,
    storedAt: time,
    code: `print("${eventId}")`,
    hasError: false,
  };
}

function kept(fields: Partial<StudentDataExport> = {}): StudentDataExport {
  return {
    classId: "python",
    userId: "ada@example.org",
    storedAs: "s-0a1b",
    title: "Python 1",
    privacy: "errors",
    pseudonymous: true,
    redact: true,
    retentionDays: 90,
    roster: null,
    progress: student("s-0a1b", { events: 3 }),
    cells: [],
    sessions: [],
    others: [],
    events: [event("e1"), event("e2")],
    next: 2,
    ...fields,
  };
}

async function show(answers: Parameters<typeof serve>[0]) {
  requests = serve(answers);
  act(() => render(<MePage />, page));
  await fill(page, "Your student token", " jwt.of.ada\n");
  await press(page, "Show");
  await settled();
}

const pages = { [FIRST]: () => json(kept()), [SECOND]: () => json(kept({ events: [event("e3")], next: null })) };

it("sends the token as a bearer only, and describes what is kept", async () => {
  await show(pages);
  expect(requests.map(({ what, bearer }) => [what, bearer])).toEqual([[FIRST, "jwt.of.ada"]]);
  const words = textOf(page, "[data-testid=kept]");
  for (const part of [
    "Python 1 (python)",
    "ada@example.org",
    "s-0a1b",
    "Code and output of failed runs only",
    "after 90 days",
  ]) {
    expect(words).toContain(part);
  }
  expect(page.textContent).toContain("You are not on the class's roster.");
  expect(page.innerHTML).not.toContain("jwt.of.ada");
});

it("names the other ids under which data is stored, and shows nothing that teachers write", async () => {
  const attention = { claimedBy: "Ms Sato", note: "a private note" } as Attention;
  const others = [{ ...student("guest-a"), cells: [], sessionList: [] }];
  await show({ [FIRST]: () => json(kept({ others, progress: student("s-0a1b", { attention }) })) });
  expect(textOf(page, "[data-testid=kept]")).toContain("guest-a");
  expect(page.textContent).not.toContain("private note");
  expect(page.textContent).not.toContain("Ms Sato");
});

it("loads page by page", async () => {
  await show(pages);
  expect(page.querySelectorAll("[data-testid=events] > li").length).toBe(2);
  await press(page, "Show more");
  await settled();
  expect(page.querySelectorAll("[data-testid=events] > li").length).toBe(3);
  expect(page.textContent).toContain("3 events.");
});

it("saves all events, not only the loaded ones", async () => {
  const files: Blob[] = [];
  vi.spyOn(URL, "createObjectURL").mockImplementation((file) => {
    files.push(file as Blob);
    return "blob:x";
  });
  await show(pages);
  await press(page, "Save everything as JSON");
  await settled();
  const saved = JSON.parse(await files[0]!.text()) as StudentDataExport;
  expect(saved.events.map(({ eventId }) => eventId)).toEqual(["e1", "e2", "e3"]);
});

it("withdraws consent after a confirmation, and shows what is stored then", async () => {
  const WITHDRAW = "POST /api/v1/me/withdraw";
  await show({ ...pages, [WITHDRAW]: () => json({ level: "presence", cleared: 2 }) });
  await press(page, "Withdraw and clear");
  await settled();
  expect(requests.map(({ what }) => what)).toEqual([FIRST]);
  act(() => page.querySelector<HTMLInputElement>("input[type=checkbox]")?.click());
  await press(page, "Withdraw and clear");
  await settled();
  expect(requests.map(({ what, bearer }) => [what, bearer])).toEqual(
    [FIRST, WITHDRAW, FIRST].map((what) => [what, "jwt.of.ada"]),
  );
  expect(page.textContent).toContain("2 stored events were cleared.");
});

it("forgets the token on close", async () => {
  await show(pages);
  await press(page, "Close and forget the token");
  expect(fieldOf(page, "Your student token").value).toBe("");
  expect(page.querySelector("[data-testid=kept]")).toBe(null);
});

it.each([
  [401, "This token was refused"],
  [429, "Try again in 8 s"],
  [503, "The server does not respond"],
])("explains status %i", async (status, words) => {
  await show({ [FIRST]: () => json({ error: "no" }, status, { "retry-after": "8" }) });
  expect(textOf(page, "[role=alert]")).toContain(words);
});
