// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { json, type Request, serve } from "../session/fixtures";
import { Session } from "../session/session";
import { Entry } from "./Entry";
import { buttonOf, fill, press, settled, textOf } from "./fixtures";

vi.mock("./Shell", () => ({ Shell: () => <p data-testid="shell">{decodeURIComponent(location.hash)}</p> }));

const CLASSES = "/api/v1/manage/classes";
const page = document.createElement("div");
const session = new Session(() => undefined);
let requests: Request[] = [];

beforeEach(() => {
  document.body.append(page);
  history.replaceState(null, "", "/");
  vi.spyOn(session, "token").mockResolvedValue("t");
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
afterEach(() => {
  render(null, page);
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function enter(answers: Parameters<typeof serve>[0], operator = false, mayCreateClasses = true) {
  requests = serve(answers);
  const person = { name: "Ms Sato", email: operator ? null : "sato@example.org", operator, mayCreateClasses };
  const leave = { signOut: () => Promise.resolve(), endAll: () => Promise.resolve() };
  act(() => render(<Entry session={session} person={person} leave={leave} />, page));
  await settled();
}

const classes = (...ids: string[]) => ({
  [`GET ${CLASSES}`]: () => json({ classes: ids.map((classId) => ({ classId, title: "" })) }),
});

it("opens the user's own class", async () => {
  await enter(classes("python-2", "python-3"));
  expect(textOf(page, "[data-testid=shell]")).toBe("#/class/python-2/help");
});

it("opens the class in the address", async () => {
  history.replaceState(null, "", "/#/class/python-3/grid");
  await enter(classes("python-2", "python-3"));
  expect(textOf(page, "[data-testid=shell]")).toBe("#/class/python-3/grid");
});

it("keeps the operator in the default class", async () => {
  await enter(classes("python-2"), true);
  expect(textOf(page, "[data-testid=shell]")).toBe("");
});

it("shows a user without a class how to create one", async () => {
  await enter({ ...classes(), [`POST ${CLASSES}`]: () => json({}, 201) });
  await press(page, "New class");
  const dialog = page.querySelector("dialog")!;
  await fill(dialog, "Class ID", " python-4 ");
  await press(dialog, "Create class");
  await settled();
  expect(requests.find(({ what }) => what.startsWith("POST"))?.body).toEqual({
    classId: "python-4",
    title: "python-4",
  });
  expect(textOf(page, "[data-testid=shell]")).toBe("#/class/python-4/help");
});

it("offers no new class to an account that may not create one", async () => {
  await enter(classes(), false, false);
  expect(page.textContent).toContain("Ask an instructor to add you to a class.");
  expect(page.textContent).not.toContain("create your own");
  expect(() => buttonOf(page, "New class")).toThrow();
});

it("reports that a class id is taken", async () => {
  await enter({ ...classes(), [`POST ${CLASSES}`]: () => json({ error: "taken" }, 409) });
  await press(page, "New class");
  const dialog = page.querySelector("dialog")!;
  await fill(dialog, "Class ID", "python-4");
  await press(dialog, "Create class");
  await settled();
  expect(textOf(dialog, "[role=alert]")).toContain("This class ID is taken.");
  expect(page.querySelector("[data-testid=shell]")).toBe(null);
});
