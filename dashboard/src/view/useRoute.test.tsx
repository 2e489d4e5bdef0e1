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

it("a link keeps what it does not change", () => {
  expect(found.link({ view: "student", userId: "ada" })).toBe("#/class/default/student/ada?team=East");
});

it("going somewhere is a step for the back button; typing a search is none", () => {
  const before = history.length;
  act(() => found.go({ search: "a" }, true));
  act(() => found.go({ search: "ad" }, true));
  expect(history.length).toBe(before);
  expect(location.hash).toBe("#/class/default/grid?team=East&q=ad");
  act(() => found.go({ view: "help" }));
  expect(history.length).toBe(before + 1);
  expect(found.route).toMatchObject({ view: "help", search: "ad", team: "East" });
});

it("two changes at once both count", () => {
  act(() => {
    found.go({ team: null });
    found.go({ notebook: "week 1.ipynb" });
  });
  expect(found.route).toMatchObject({ team: null, notebook: "week 1.ipynb" });
});

it("an address that the browser comes back to is shown", () => {
  act(() => {
    location.hash = "#/class/other/errors";
    dispatchEvent(new Event("hashchange"));
  });
  expect(found.route).toMatchObject({ classId: "other", view: "errors", team: null });
});

it("a place that is here already is no step", () => {
  const before = history.length;
  act(() => found.go({ team: "East" }));
  expect(history.length).toBe(before);
});
