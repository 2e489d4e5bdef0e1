// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, it } from "vitest";
import { student } from "../../state/fixtures";
import { clockWords } from "../clockWords";
import { textOf } from "../fixtures";
import { Shared } from "../Shared";
import { Absent, Teachers } from "./Apart";

const page = document.createElement("div");
const NOW = Date.parse("2026-01-01T09:05:00Z");
const who = (userId: string) => userId.toUpperCase();
const absent = [
  { userId: "ada", userName: "Ada Lovelace", teamName: "red" },
  { userId: "s-1", userName: null, teamName: null },
];

const show = (shown: preact.VNode) => act(() => render(shown, page));

afterEach(() => render(null, page));

it("counts and names the absent, by the roster where the class is pseudonymous", () => {
  show(<Absent absent={absent} hidden={false} who={who} />);
  expect(textOf(page, "summary")).toBe("Absent: 2");
  expect([...page.querySelectorAll("li")].map((line) => line.textContent)).toEqual(["Ada Lovelacered", "S-1"]);
  show(<Absent absent={[]} hidden={false} who={who} />);
  expect(page.textContent).toBe("");
});

it("shows no name of an absent student while names are hidden", () => {
  show(<Absent absent={absent} hidden who={who} />);
  expect(page.textContent).toBe("Absent: 2");
});

it("lists the teachers with links to their pages", () => {
  const link = ({ userId }: { userId?: string | null }) => `#/${userId}`;
  show(<Teachers teachers={[student("sato", { isTeacher: true })]} who={who} link={link} now={NOW} />);
  expect(textOf(page, "summary")).toBe("Teachers of this class who ran cells: 1");
  expect(page.querySelector("a")?.getAttribute("href")).toBe("#/sato");
});

it("names an id that many sessions use at once, and says what to do", () => {
  const shared = student("student001@example.com", { sessions: 12 });
  show(<Shared students={[shared, student("ada", { sessions: 2 })]} who={(userId) => userId} now={NOW} />);
  const [warning, ...others] = page.querySelectorAll("[data-testid=shared]");
  expect(others).toEqual([]);
  expect(warning?.textContent).toContain("student001@example.com is used by 12 sessions at once");
  expect(warning?.textContent).toContain("enter their own address");
});

it.each([
  [3 * 3600, "clock 3 h slow"],
  [-1200, "clock 20 min fast"],
  [null, ""],
])("says by how much a clock is off: %s", (clockOffset, words) => {
  expect(clockWords({ clockOffset })).toBe(words);
});
