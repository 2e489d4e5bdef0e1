// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Api, AttentionChange } from "../../session/api";
import { Failed } from "../../session/http";
import { student } from "../../state/fixtures";
import { Attend } from "./Attend";

const page = document.createElement("div");
let changes: AttentionChange[] = [];
let answer: () => Promise<unknown> = () => Promise.resolve();
const onTeacher = vi.fn();

beforeEach(() => {
  changes = [];
  answer = () => Promise.resolve();
  onTeacher.mockReset();
  document.body.append(page);
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
afterEach(() => {
  render(null, page);
  vi.restoreAllMocks();
});

const api = {
  attend: (_class: string, _user: string, change: AttentionChange) => {
    changes.push(change);
    return answer();
  },
} as unknown as Api;

function show(teacher: string) {
  act(() =>
    render(
      <Attend
        api={api}
        classId="default"
        student={student("ada")}
        name="Ada"
        teacher={teacher}
        onTeacher={onTeacher}
      />,
      page,
    ),
  );
}

async function press(words: string) {
  const button = [...page.querySelectorAll("button")].find((found) => found.textContent === words)!;
  await act(async () => button.click());
}

async function write(words: string) {
  const field = page.querySelector<HTMLInputElement>("input, textarea")!;
  await act(async () => {
    field.value = words;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await press("Save");
}

it("asks for the teacher's name on the first claim only", async () => {
  show("");
  await press("On my way");
  expect(changes).toEqual([]);
  await write(" Ms Sato ");
  expect(changes).toEqual([{ action: "claim", by: "Ms Sato" }]);
  expect(onTeacher).toHaveBeenCalledWith("Ms Sato");
  show("Ms Sato");
  await press("On my way");
  expect(changes[1]).toEqual({ action: "claim", by: "Ms Sato" });
});

it("resolves, snoozes and saves a note", async () => {
  show("Ms Sato");
  await press("Solved");
  await press("Snooze");
  await press("10 min");
  await press("Note");
  await write("asks about axes");
  expect(changes).toEqual([
    { action: "resolve" },
    { action: "snooze", minutes: 10 },
    { action: "note", note: "asks about axes" },
  ]);
});

it("reports that another teacher has claimed the student", async () => {
  answer = () => Promise.reject(new Failed(409));
  show("Ms Sato");
  await press("On my way");
  expect(page.querySelector("[role=alert]")?.textContent).toContain("Another teacher is already on the way.");
});

it("reports a failure and retries", async () => {
  answer = () => Promise.reject(new TypeError("no network"));
  show("Ms Sato");
  await press("Solved");
  expect(page.querySelector("[role=alert]")?.textContent).toContain("Saving failed.");
  answer = () => Promise.resolve();
  await press("Try again");
  expect(changes).toEqual([{ action: "resolve" }, { action: "resolve" }]);
  expect(page.querySelector("[role=alert]")).toBeNull();
});

it("ignores a second press while a request is pending", async () => {
  answer = () => new Promise(() => undefined);
  show("Ms Sato");
  await press("Solved");
  await press("Solved");
  expect(changes.length).toBe(1);
});
