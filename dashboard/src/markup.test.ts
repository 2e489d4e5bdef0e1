import { expect, it } from "vitest";

const sources = import.meta.glob<string>(["./**/*.{ts,tsx}", "!./**/*.test.{ts,tsx}"], {
  query: "?raw",
  import: "default",
  eager: true,
});
const SINKS =
  /dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|\beval\(|new Function/;

it("what students write can only become text: no source makes markup or code out of a string", () => {
  expect(Object.keys(sources).length).toBeGreaterThan(20);
  expect(
    Object.entries(sources)
      .filter(([, text]) => SINKS.test(text))
      .map(([path]) => path),
  ).toEqual([]);
});
