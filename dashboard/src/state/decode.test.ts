import { expect, it } from "vitest";
import { decode } from "./decode";

it("reads a roster as it was saved: UTF-8 with or without its mark, or Excel's Japanese", () => {
  expect(decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]).buffer)).toBe("a");
  expect(decode(new TextEncoder().encode("佐藤").buffer)).toBe("佐藤");
  expect(decode(new Uint8Array([0x8d, 0xb2, 0x93, 0xa1]).buffer)).toBe("佐藤");
});
