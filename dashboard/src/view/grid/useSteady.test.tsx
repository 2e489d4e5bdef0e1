// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Sort } from "../../state/grid";
import { useSteady } from "./useSteady";

const page = document.createElement("div");
const busy = { current: { pointer: false, keyboard: false } };
let shown = "";

function Rows({ ids, sort }: { ids: string; sort: Sort }) {
  const arrange = () => (sort === "name" ? [...ids].sort() : [...ids]);
  shown = useSteady([...ids], sort, arrange, busy).join("");
  return null;
}
const show = (ids: string, sort: Sort = "need") => act(() => render(<Rows ids={ids} sort={sort} />, page));

beforeEach(() => {
  busy.current.pointer = false;
  vi.useFakeTimers();
  show("cab");
});
afterEach(() => {
  render(null, page);
  vi.useRealTimers();
});

it("limits how often the rows are reordered", () => {
  show("abc");
  expect(shown).toBe("cab");
  vi.advanceTimersByTime(3000);
  show("abc");
  expect(shown).toBe("abc");
});

it("keeps rows in place under the pointer, but adds and removes rows", () => {
  busy.current.pointer = true;
  vi.advanceTimersByTime(60_000);
  show("bcd");
  expect(shown).toBe("cbd");
  busy.current.pointer = false;
  show("bcd");
  expect(shown).toBe("bcd");
});

it("applies a new sort order at once", () => {
  show("cab", "name");
  expect(shown).toBe("abc");
});
