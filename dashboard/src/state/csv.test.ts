import { expect, it } from "vitest";
import { csv } from "./csv";

it("quotes fields that contain separators, quotes or line breaks", () => {
  expect(
    csv([
      ["a", 'say "x"'],
      ["1,2", "line\nbreak"],
      ["日本", ""],
    ]),
  ).toBe('\ufeffa,"say ""x"""\r\n"1,2","line\nbreak"\r\n日本,\r\n');
});

it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])("escapes %j, which is a formula to a spreadsheet", (text) => {
  expect(csv([[text]])).toContain(`'${text}`);
});

it("leaves numbers and times unchanged", () => {
  expect(csv([["12", "09:30"]])).toBe("\ufeff12,09:30\r\n");
});
