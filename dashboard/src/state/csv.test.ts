import { expect, it } from "vitest";
import { csv } from "./csv";

it("quotes fields that contain separators of any locale, quotes or line breaks", () => {
  expect(
    csv(
      [
        ["a", 'say "x"'],
        ["1,2", "line\nbreak"],
        ["日本", "a;b"],
        ["tab\there", ""],
      ],
      "en",
    ),
  ).toBe('\ufeffa,"say ""x"""\r\n"1,2","line\nbreak"\r\n日本,"a;b"\r\n"tab\there",\r\n');
});

it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", " =1+1", "\u200b=1+1", "＝1+1", "＠SUM(A1)"])(
  "escapes %j, which is a formula to a spreadsheet",
  (text) => {
    for (const locale of ["en", "de", "ja"]) expect(csv([[text]], locale)).toContain(`'${text}`);
  },
);

it("leaves numbers and times unchanged", () => {
  expect(csv([["12", "09:30", "1.5"]], "en-GB")).toBe("\ufeff12,09:30,1.5\r\n");
});

it.each(["de", "fr-FR", "pt-BR", "ru", "tr", "es-ES"])("uses the separator and the decimal mark of %s", (locale) => {
  expect(csv([["12", "1.5", "v1.5", "a,b"]], locale)).toBe('\ufeff12;1,5;v1.5;"a,b"\r\n');
});

it.each(["en-US", "ja", "zh-CN", "ko", "th", "he"])("uses commas in %s", (locale) => {
  expect(csv([["12", "1.5"]], locale)).toBe("\ufeff12,1.5\r\n");
});
