/** What Excel writes as "CSV", without UTF-8, by language of the system; windows-1252 in most of Europe. */
const LEGACY: Readonly<Record<string, string>> = {
  ...{ ja: "shift_jis", "zh-TW": "big5", "zh-HK": "big5", zh: "gb18030", ko: "euc-kr", th: "windows-874" },
  ...{ ru: "windows-1251", uk: "windows-1251", bg: "windows-1251", sr: "windows-1251", el: "windows-1253" },
  ...{ pl: "windows-1250", cs: "windows-1250", sk: "windows-1250", hu: "windows-1250", ro: "windows-1250" },
  ...{ tr: "windows-1254", he: "windows-1255", ar: "windows-1256", lt: "windows-1257", vi: "windows-1258" },
};
/** Read as Shift_JIS, a letter with an accent within a European word becomes a Japanese character. */
const WITHIN_A_WORD = /[a-z]\P{ASCII}|\P{ASCII}[a-z]/u;

/**
 * Decodes a CSV or text file: UTF-16 as Excel's "Unicode text", UTF-8, or the encoding of the system's language. Excel
 * writes Shift_JIS in Japan, which the page recognizes in any language.
 */
export function decode(bytes: ArrayBuffer, locale = navigator.language): string {
  const utf16 = utf16Of(new Uint8Array(bytes));
  if (utf16 !== null) return new TextDecoder(utf16).decode(bytes);
  const utf8 = strictly("utf-8", bytes);
  if (utf8 !== null) return utf8;
  const legacy = LEGACY[locale] ?? LEGACY[locale.split("-")[0] ?? ""];
  const text = strictly(legacy ?? "shift_jis", bytes);
  if (text !== null && (legacy !== undefined || !WITHIN_A_WORD.test(text))) return text;
  return new TextDecoder("windows-1252").decode(bytes);
}

function utf16Of([first, second]: Uint8Array): string | null {
  // Without a byte order mark, every second byte of an ASCII header is zero.
  if ((first === 0xff && second === 0xfe) || (first !== undefined && first > 0 && second === 0)) return "utf-16le";
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== undefined && second > 0)) return "utf-16be";
  return null;
}

function strictly(encoding: string, bytes: ArrayBuffer): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
