import type { NeedKind } from "../../generated/wire";

interface Where {
  /** "cell 7", or empty. */
  readonly cell: string;
  readonly errorName: string | null;
}

export const en = {
  heading: "Who needs help",
  waiting: (count: number) => (count === 1 ? "1 student waiting" : `${count} students waiting`),
  nobody: "Nobody needs help right now. The class is doing fine.",
  nobodyShown: "None of the students shown need help right now.",
  reason: {
    hand: (time: string) => `hand up for ${time}`,
    streak: (count: number, { cell, errorName }: Where) =>
      `${count} errors in a row${cell && ` in ${cell}`}${errorName ? `: ${errorName}` : ""}`,
    running: (time: string, { cell }: Where) => `${cell || "a cell"} has been running for ${time}`,
    behind: (time: string) => `no run for ${time} while the class moved on`,
  } satisfies Record<NeedKind, unknown>,
  joined: " · ",
  more: (count: number) => `Show ${count} more`,
  with: (teacher: string, time: string) => `with ${teacher} for ${time}`,
  withYou: (time: string) => `with you for ${time}`,
  snoozed: (count: number) => `Snoozed (${count})`,
  backIn: (time: string) => `back in ${time}`,
  everyone: "All students",
  absent: (count: number) => `Absent: ${count}`,
  teachers: (count: number) => `Teachers of this class who ran cells: ${count}`,
  csv: { team: "Team", notebook: "Notebook", runs: "Runs", errors: "Failed runs" },
  you: "You are",
  attend: {
    of: (name: string) => `Actions for ${name}`,
    claim: "On my way",
    release: "Release",
    resolve: "Solved",
    snooze: "Snooze",
    minutes: (count: number) => `${count} min`,
    note: "Note",
    noteLabel: "Note for the other teachers",
    nameLabel: "Your name, shown to the other teachers",
    save: "Save",
    cancel: "Cancel",
    taken: "Another teacher is already on the way.",
    failed: "Saving failed.",
    again: "Try again",
  },
};

export const ja: typeof en = {
  heading: "支援が必要な人",
  waiting: (count) => `${count} 人が待っています`,
  nobody: "いま支援が必要な人はいません。授業は順調です。",
  nobodyShown: "表示中の学生に、いま支援が必要な人はいません。",
  reason: {
    hand: (time) => `${time}前から挙手`,
    streak: (count, { cell, errorName }) =>
      `${cell && `${cell} で `}${count} 回連続でエラー${errorName ? `: ${errorName}` : ""}`,
    running: (time, { cell }) => `${cell || "セル"} が ${time}間実行中`,
    behind: (time) => `${time}間実行なし（クラスは先に進んでいます）`,
  },
  joined: "・",
  more: (count) => `さらに ${count} 人を表示`,
  with: (teacher, time) => `${teacher} さんが対応中（${time}）`,
  withYou: (time) => `あなたが対応中（${time}）`,
  snoozed: (count) => `後回し（${count} 人）`,
  backIn: (time) => `${time}後に再表示`,
  everyone: "すべての学生",
  absent: (count) => `欠席: ${count} 人`,
  teachers: (count) => `セルを実行したこのクラスの教員: ${count} 人`,
  csv: { team: "チーム", notebook: "ノートブック", runs: "実行回数", errors: "失敗した実行" },
  you: "あなたの名前",
  attend: {
    of: (name) => `${name} への対応`,
    claim: "対応に向かう",
    release: "対応をやめる",
    resolve: "解決済み",
    snooze: "後回し",
    minutes: (count) => `${count} 分`,
    note: "メモ",
    noteLabel: "他の教員へのメモ",
    nameLabel: "あなたの名前（他の教員に表示されます）",
    save: "保存",
    cancel: "キャンセル",
    taken: "すでに他の教員が対応に向かっています。",
    failed: "保存できませんでした。",
    again: "再試行",
  },
};
