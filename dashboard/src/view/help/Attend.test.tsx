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

it("a claim asks for the teacher's name once", async () => {
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

it("a student is settled, put off, or noted about", async () => {
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

it("a claim that somebody else has already is told", async () => {
  answer = () => Promise.reject(new Failed(409));
  show("Ms Sato");
  await press("On my way");
  expect(page.querySelector("[role=alert]")?.textContent).toContain("Somebody else is on the way already.");
});

it("what failed is told, and can be tried again", async () => {
  answer = () => Promise.reject(new TypeError("no network"));
  show("Ms Sato");
  await press("Solved");
  expect(page.querySelector("[role=alert]")?.textContent).toContain("This could not be saved.");
  answer = () => Promise.resolve();
  await press("Try again");
  expect(changes).toEqual([{ action: "resolve" }, { action: "resolve" }]);
  expect(page.querySelector("[role=alert]")).toBeNull();
});

it("a second press while the first is on its way does nothing", async () => {
  answer = () => new Promise(() => undefined);
  show("Ms Sato");
  await press("Solved");
  await press("Solved");
  expect(changes.length).toBe(1);
});
