import type { StudentProgress } from "../../generated/wire";
import type { Mark } from "../../state/grid";
import { runsLong } from "../../state/need";

export const LOOKS = ["ok", "error", "running", "late", "waiting", "queued", "interrupted", "aborted", "none"] as const;
export type Look = (typeof LOOKS)[number];

/** A shape for each, so that nothing depends on colour. */
export const SHAPES: Record<Look, string> = {
  ok: "✓",
  error: "✕",
  running: "▸",
  late: "⧗",
  waiting: "?",
  queued: "…",
  interrupted: "■",
  aborted: "–",
  none: "·",
};

/** `late`: whether the cell that the student runs in this notebook runs long; a kernel runs one cell at a time. */
export function lookOf(mark: Mark | undefined, late: boolean): Look {
  if (!mark) return "none";
  return mark.status === "running" && late ? "late" : mark.status;
}

/** Whether the student has a long-running cell in the notebook. */
export function isLate(student: StudentProgress | undefined, notebook: string, now: number): boolean {
  return student?.notebookPath === notebook && runsLong(student, now);
}
