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

/** `late`: whether this is the student's long-running cell. */
export function lookOf(mark: Mark | undefined, late: boolean): Look {
  if (!mark) return "none";
  return mark.status === "running" && late ? "late" : mark.status;
}

/** The student's long-running cell in the notebook; null for none. */
export function lateCellOf(student: StudentProgress | undefined, notebook: string, now: number): string | null {
  return student?.notebookPath === notebook && runsLong(student, now) ? student.cellId : null;
}
