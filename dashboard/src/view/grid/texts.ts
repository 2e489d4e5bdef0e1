import type { Sort } from "../../state/grid";
import type { Look } from "./look";

export const en = {
  heading: "Students × cells",
  loading: "Loading the grid…",
  empty: "Nobody has run a cell of this notebook yet.",
  noNotebook: "No notebook has been opened yet.",
  student: "Student",
  sort: "Sort by",
  sorts: {
    need: "need for help",
    name: "name",
    progress: "least progress",
    errors: "most failed runs",
  } satisfies Record<Sort, string>,
  looks: {
    ok: "succeeded",
    error: "failed",
    running: "running",
    late: "running long",
    none: "not run",
  } satisfies Record<Look, string>,
  attempts: (count: number) => (count === 1 ? "1 run" : `${count} runs`),
  cell: (student: string, cell: string, state: string) => `${student}, ${cell}: ${state}`,
  joined: ", ",
  worked: (cell: string, count: number, all: number) => `${cell}: ${count} of ${all} succeeded`,
  legend: "Legend",
  number: "number of runs, if more than one",
  hint: "Arrow keys move; Enter opens the student at this cell.",
};

export const ja: typeof en = {
  heading: "学生 × セル",
  loading: "一覧を取得中…",
  empty: "このノートブックのセルは、まだ誰も実行していません。",
  noNotebook: "まだノートブックが開かれていません。",
  student: "学生",
  sort: "並び順",
  sorts: { need: "支援が必要な順", name: "名前順", progress: "進みの遅い順", errors: "失敗の多い順" },
  looks: { ok: "成功", error: "失敗", running: "実行中", late: "長時間実行中", none: "未実行" },
  attempts: (count) => `実行 ${count} 回`,
  cell: (student, cell, state) => `${student}、${cell}: ${state}`,
  joined: "、",
  worked: (cell, count, all) => `${cell}: ${all} 人中 ${count} 人が成功`,
  legend: "記号の意味",
  number: "実行回数（2 回以上のとき）",
  hint: "矢印キーで移動、Enter でその学生のセルを開きます。",
};
