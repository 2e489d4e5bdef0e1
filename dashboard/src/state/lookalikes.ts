/**
 * Ids and names that look like others: a subset of Unicode's confusables (UTS 39), without its data file of 600 kB. It
 * knows compatibility forms (NFKC), case, characters that nobody sees, and the Cyrillic, Greek, Armenian and Japanese
 * characters below.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0]/gu;
/** Pairs of a character and what it looks like, in lower case. */
const PAIRS = [
  ..."аaвbсcԁdеeёeһhнhіiїiјjкkӏlмmоoрpԛqгrѕsтtуyүyхxԝw",
  ..."αaβbεeηnιiκkνvοoρpτtυuχxγyωw",
  ..."օoսuհhցg",
  ..."0o1l|lıiɑaɡg",
  ..."ニ二ロ口カ力エ工タ夕ト卜ハ八ーー一ー―ー‐-–-—-へヘべベぺペ",
];
const LOOKS_LIKE = new Map(PAIRS.flatMap((of, at) => (at % 2 === 0 ? [[of, PAIRS[at + 1] ?? of] as const] : [])));
const ASCII = /^[ -~]*$/;
const SCRIPTS = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u, /\p{Script=Armenian}/u];

const known = new Map<string, string>();
const MOST_KNOWN = 20_000;

/** The same text for all ids that look the same. */
export function skeleton(text: string): string {
  const found = known.get(text);
  if (found !== undefined) return found;
  if (known.size >= MOST_KNOWN) known.clear();
  const letters = [...text.normalize("NFKC").replace(INVISIBLE, "").toLowerCase()];
  const made = letters
    .map((letter) => LOOKS_LIKE.get(letter) ?? letter)
    .join("")
    .replaceAll("rn", "m")
    .replaceAll("vv", "w")
    .trim();
  known.set(text, made);
  return made;
}

/** Why an id or a name is not what it looks like; null if it is. */
export type Doubt =
  | { readonly kind: "invisible" | "mixed"; readonly text: string }
  | { readonly kind: "alike"; readonly text: string; readonly others: readonly string[] };

interface Person {
  readonly userId: string;
  readonly userName: string | null;
}

/** The students, by id, whose id or name is not what it looks like among all of the class. */
export function doubtsAbout(students: Iterable<Person>): ReadonlyMap<string, Doubt> {
  const everyone = [...students];
  const alike = new Map<string, string[]>();
  for (const { userId } of everyone) {
    const key = skeleton(userId);
    alike.set(key, [...(alike.get(key) ?? []), userId]);
  }
  const doubts = new Map<string, Doubt>();
  for (const { userId, userName } of everyone) {
    const others = (alike.get(skeleton(userId)) ?? []).filter((other) => other !== userId);
    if (others.length > 0) {
      doubts.set(userId, { kind: "alike", text: userId, others });
      continue;
    }
    for (const text of [userId, userName ?? ""]) {
      const kind = hides(text) ? "invisible" : mixes(text) ? "mixed" : null;
      if (kind !== null && !doubts.has(userId)) doubts.set(userId, { kind, text });
    }
  }
  return doubts;
}

/** The text with each character that is not ASCII as its code point, such as “аda (U+0430)”. */
export function spelled(text: string): string {
  const odd = [...text].filter((letter) => letter > "~" || letter < " ").map(codePoint);
  return odd.length === 0 ? text : `${text.replace(INVISIBLE, "�")} (${[...new Set(odd)].join(", ")})`;
}

function codePoint(letter: string): string {
  return `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

function hides(text: string): boolean {
  if (ASCII.test(text)) return false;
  INVISIBLE.lastIndex = 0;
  return INVISIBLE.test(text);
}

/** Whether one word has letters of two of these scripts. */
function mixes(text: string): boolean {
  if (ASCII.test(text)) return false;
  return text.split(/[^\p{L}\p{M}]+/u).some((word) => SCRIPTS.filter((script) => script.test(word)).length > 1);
}
