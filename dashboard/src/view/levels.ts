import type { PrivacyLevel } from "../generated/api";
import { language } from "../i18n";

type Words = Record<PrivacyLevel, { readonly name: string; readonly explain: string }>;

const en: Words = {
  full: { name: "Full", explain: "Everything: code, output, error messages and times of every run." },
  errors: {
    name: "Errors",
    explain: "Code and output of failed runs only. For a successful run, only that it happened and how long it took.",
  },
  hash: {
    name: "Hash",
    explain:
      "No code and no output. A hash replaces the code and shows only whether two runs were identical. Of an error, only its type.",
  },
  presence: {
    name: "Presence",
    explain: "Who was in which notebook and cell, and when. No code, no results, no errors.",
  },
};

const ja: Words = {
  full: { name: "すべて", explain: "すべての実行のコード、出力、エラーメッセージ、時刻を保存します。" },
  errors: {
    name: "エラーのみ",
    explain: "失敗した実行のコードと出力だけを保存します。成功した実行は、実行したことと所要時間だけを保存します。",
  },
  hash: {
    name: "ハッシュ",
    explain:
      "コードと出力は保存しません。コードは、2 つの実行が同じかどうかだけが分かるハッシュ値に置き換えます。エラーは種類だけを保存します。",
  },
  presence: {
    name: "在席",
    explain: "誰がいつ、どのノートブックのどのセルにいたかだけを保存します。コード、結果、エラーは保存しません。",
  },
};

/** Each privacy level in plain words, for instructors and students. */
export const levels: Words = { en, ja }[language];
