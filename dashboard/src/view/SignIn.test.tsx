// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { json, serve } from "../session/fixtures";
import { Failed, Refused } from "../session/http";
import { fill, press, settled, textOf } from "./fixtures";
import { SignIn } from "./SignIn";

const METHODS = "GET /api/v1/session/methods";
const page = document.createElement("div");
const onSignIn = vi.fn();

beforeEach(() => {
  document.body.append(page);
  onSignIn.mockReset();
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
afterEach(() => {
  render(null, page);
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function show(why: "nobody" | "link" | "ended" = "nobody", methods: unknown = { password: true, oidc: null }) {
  serve({ [METHODS]: () => json(methods) });
  act(() => render(<SignIn why={why} onSignIn={onSignIn} />, page));
  await settled();
}

async function signIn() {
  await fill(page, "Email address", " sato@example.org ");
  await fill(page, "Password", " with spaces ");
  await press(page, "Sign in");
}

it("sends the address trimmed and the password unchanged", async () => {
  await show();
  await signIn();
  expect(onSignIn).toHaveBeenCalledWith({ email: "sato@example.org", password: " with spaces " });
});

it("reports a wrong address or password", async () => {
  await show();
  onSignIn.mockRejectedValue(new Refused());
  await signIn();
  expect(textOf(page, "[role=alert]")).toBe("Wrong email address or password.");
});

it("counts down after too many attempts, and sends nothing meanwhile", async () => {
  await show();
  vi.useFakeTimers();
  onSignIn.mockRejectedValue(new Failed(429, "wait", 8));
  await signIn();
  expect(textOf(page, "[data-testid=wait]")).toBe("Too many attempts. Try again in 8 s.");
  await signIn();
  expect(onSignIn).toHaveBeenCalledTimes(1);
  await act(async () => void vi.advanceTimersByTime(3000));
  expect(textOf(page, "[data-testid=wait]")).toContain("in 5 s");
  await act(async () => void vi.advanceTimersByTime(5000));
  expect(page.querySelector("[data-testid=wait]")).toBe(null);
  await signIn();
  expect(onSignIn).toHaveBeenCalledTimes(2);
});

it("does not blame the password when the server is unavailable", async () => {
  await show();
  onSignIn.mockRejectedValue(new TypeError("fetch failed"));
  await signIn();
  expect(textOf(page, "[role=alert]")).toContain("The server does not respond");
});

it("offers the university's sign-in if configured, and the password form only if allowed", async () => {
  await show("nobody", { password: false, oidc: { name: "Kyoto" } });
  const link = page.querySelector<HTMLAnchorElement>("[data-testid=oidc]");
  expect([link?.textContent, link?.getAttribute("href")]).toEqual(["Sign in with Kyoto", "/api/v1/session/oidc"]);
  expect(page.querySelector("[name=password]")).toBe(null);
});

it("accepts a pasted link", async () => {
  await show();
  await fill(page, "One-time link", "http://localhost:8000/?token=once");
  await press(page, "Open");
  expect(onSignIn).toHaveBeenCalledWith({ link: "once", replace: true });
});

it.each([
  ["link", "This link was refused"],
  ["ended", "Your session has ended"],
] as const)("explains why it is shown: %s", async (why, words) => {
  await show(why);
  expect(textOf(page, "[role=alert]")).toContain(words);
});
