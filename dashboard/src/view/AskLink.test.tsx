// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { AskLink } from "./AskLink";
import { press } from "./fixtures";

const page = document.createElement("div");
const onChoose = vi.fn(() => Promise.resolve());

beforeEach(() => {
  document.body.append(page);
  onChoose.mockClear();
  const person = { name: "Ms Sato", email: "sato@example.org", operator: false, mayCreateClasses: false };
  act(() => render(<AskLink person={person} onChoose={onChoose} />, page));
});
afterEach(() => render(null, page));

it("names the person who is signed in", () => {
  expect(page.textContent).toContain("You are signed in as sato@example.org.");
});

it.each([
  ["Stay signed in", false],
  ["Use the link", true],
])("reports the choice %s once", async (button, useLink) => {
  await press(page, button);
  await press(page, button);
  expect(onChoose.mock.calls).toEqual([[useLink]]);
});
