import { expect, it } from "vitest";
import { decode } from "./decode";

it("decodes a roster in UTF-8, with or without a byte order mark, or in Shift_JIS from Excel", () => {
  expect(decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]).buffer)).toBe("a");
  expect(decode(new TextEncoder().encode("佐藤").buffer)).toBe("佐藤");
  expect(decode(new Uint8Array([0x8d, 0xb2, 0x93, 0xa1]).buffer)).toBe("佐藤");
});
