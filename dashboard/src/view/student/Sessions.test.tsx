// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, it } from "vitest";
import type { SessionLine } from "../../generated/api";
import { formatRoute, HOME, type Route } from "../../state/route";
import { Sessions } from "./Sessions";

const page = document.createElement("div");
const route: Route = { ...HOME, view: "student", userId: "student001", notebook: "a.ipynb", cellId: "c1" };
const link = (change: Partial<Route>) => formatRoute({ ...route, ...change });

function session(sessionId: string, fields: Partial<SessionLine> = {}): SessionLine {
  const times = { since: "2026-01-01T09:00:00Z", lastSeen: "2026-01-01T09:30:00Z" };
  return { sessionId, ...times, notebookPath: "a.ipynb", events: 9, runs: 5, errors: 2, clockOffset: null, ...fields };
}

const show = (sessions: SessionLine[], chosen: string | null = null) =>
  act(() => render(<Sessions sessions={sessions} chosen={chosen} link={link} />, page));

afterEach(() => render(null, page));

it("lists the sessions apart, each with a link to its own timeline", () => {
  show([session("tab-1", { clockOffset: 7200 }), session("", { events: 1 })], "tab-1");
  const rows = [...page.querySelectorAll("[data-testid=session]")];
  expect(rows.map((row) => row.querySelector("a")?.textContent)).toEqual(["tab-1", "without a session id"]);
  expect(rows.map((row) => row.querySelector("a")?.getAttribute("href"))).toEqual([
    "#/class/default/student/student001?session=tab-1",
    "#/class/default/student/student001?session=",
  ]);
  expect(rows[0]?.textContent).toContain("clock 2 h slow");
  expect([...page.querySelectorAll(".current a")].map((found) => found.textContent)).toEqual(["tab-1"]);
});

it("shows nothing for a student with one session", () => {
  show([session("tab-1")]);
  expect(page.textContent).toBe("");
});
