import { expect, it } from "vitest";
import { decode } from "./decode";

const bytes = (...values: number[]) => new Uint8Array(values).buffer;
/** UTF-16, as Excel saves "Unicode text". */
const utf16 = (text: string, little: boolean) => {
  const view = new DataView(new ArrayBuffer(2 * text.length));
  [...text].forEach((letter, at) => void view.setUint16(2 * at, letter.charCodeAt(0), little));
  return view.buffer;
};

it("decodes a roster in UTF-8, with or without a byte order mark, or in Shift_JIS from Excel", () => {
  expect(decode(bytes(0xef, 0xbb, 0xbf, 0x61), "en")).toBe("a");
  expect(decode(new TextEncoder().encode("佐藤").buffer, "en")).toBe("佐藤");
  for (const locale of ["ja", "en-GB", "de"]) expect(decode(bytes(0x8d, 0xb2, 0x93, 0xa1), locale)).toBe("佐藤");
});

it.each([true, false])("decodes UTF-16 with and without a byte order mark (little endian: %s)", (little) => {
  expect(decode(utf16("\ufeffuserId\tuserName\n1\t佐藤é", little), "en")).toBe("userId\tuserName\n1\t佐藤é");
  expect(decode(utf16("userId\t佐藤", little), "en")).toBe("userId\t佐藤");
});

it.each([
  ["de", [0x4d, 0xfc, 0x6c, 0x6c, 0x65, 0x72], "Müller"],
  ["en-US", [0x52, 0xe9, 0x6d, 0x79], "Rémy"],
  ["fr", [0x41, 0x6e, 0x64, 0x72, 0xe9], "André"],
  ["pl", [0xa3, 0x75, 0x6b, 0x61, 0x73, 0x7a], "Łukasz"],
  ["ru-RU", [0xc8, 0xe2, 0xe0, 0xed], "Иван"],
  ["zh-TW", [0xa7, 0xf5], "李"],
  ["zh-CN", [0xc0, 0xee], "李"],
  ["ko", [0xb1, 0xe8], "김"],
])("decodes what Excel saves in %s", (locale, values, text) => {
  expect(decode(bytes(...values), locale)).toBe(text);
});
