import { expect, it } from "vitest";

const sources = import.meta.glob<string>(["./**/*.{ts,tsx}", "!./**/*.test.{ts,tsx}"], {
  query: "?raw",
  import: "default",
  eager: true,
});
const SINKS =
  /dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|\beval\(|new Function/;

it("student text can only become text: no source creates markup or code from a string", () => {
  expect(Object.keys(sources).length).toBeGreaterThan(20);
  expect(
    Object.entries(sources)
      .filter(([, text]) => SINKS.test(text))
      .map(([path]) => path),
  ).toEqual([]);
});
