// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it } from "vitest";
import { useRoute } from "./useRoute";

const page = document.createElement("div");
let found: ReturnType<typeof useRoute>;

function Probe() {
  found = useRoute();
  return null;
}

beforeEach(() => {
  location.hash = "#/class/default/grid?team=East";
  act(() => render(<Probe />, page));
});
afterEach(() => render(null, page));

it("a link keeps the other fields", () => {
  expect(found.link({ view: "student", userId: "ada" })).toBe("#/class/default/student/ada?team=East");
});

it("navigation adds a history entry, and typing a search does not", () => {
  const before = history.length;
  act(() => found.go({ search: "a" }, true));
  act(() => found.go({ search: "ad" }, true));
  expect(history.length).toBe(before);
  expect(location.hash).toBe("#/class/default/grid?team=East&q=ad");
  act(() => found.go({ view: "help" }));
  expect(history.length).toBe(before + 1);
  expect(found.route).toMatchObject({ view: "help", search: "ad", team: "East" });
});

it("two changes in a row both apply", () => {
  act(() => {
    found.go({ team: null });
    found.go({ notebook: "week 1.ipynb" });
  });
  expect(found.route).toMatchObject({ team: null, notebook: "week 1.ipynb" });
});

it("follows the address when the browser goes back", () => {
  act(() => {
    location.hash = "#/class/other/errors";
    dispatchEvent(new Event("hashchange"));
  });
  expect(found.route).toMatchObject({ classId: "other", view: "errors", team: null });
});

it("the current place adds no history entry", () => {
  const before = history.length;
  act(() => found.go({ team: "East" }));
  expect(history.length).toBe(before);
});
