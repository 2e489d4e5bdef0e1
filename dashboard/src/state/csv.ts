/**
 * RFC 4180, with a byte order mark so that spreadsheets read it as UTF-8. Excel splits lines at the separator of its
 * locale: a semicolon where the decimal mark is a comma.
 */
export function csv(rows: readonly (readonly string[])[], locale = navigator.language): string {
  const mark = decimalMark(locale);
  const separator = mark === "," ? ";" : ",";
  const lines = rows.map((row) => row.map((text) => field(text, mark)).join(separator));
  return `\ufeff${lines.join("\r\n")}\r\n`;
}

/** A spreadsheet would evaluate these cells as formulas, and students choose their text. Full width counts in Japan. */
const FORMULA = /^[\s\p{Cf}]*[=+\-@＝＋－＠]|^[\t\r\n]/u;
/** Any locale's separators: a file that is opened in another locale must not end a field within a text. */
const QUOTED = /[",;\t\r\n]|^\s|\s$/;
const DECIMAL = /^\d+\.\d+$/;

function field(text: string, mark: string): string {
  // A number with a point would be a date or a text where the decimal mark is a comma.
  if (DECIMAL.test(text)) return text.replace(".", mark);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function decimalMark(locale: string): string {
  const mark = new Intl.NumberFormat(locale).formatToParts(1.5).find(({ type }) => type === "decimal")?.value;
  return mark === "," ? "," : ".";
}
