import type { StudentProgress } from "../../generated/wire";
import type { Mark } from "../../state/grid";
import { runningLate } from "../../state/need";

export const LOOKS = ["ok", "error", "running", "late", "none"] as const;
export type Look = (typeof LOOKS)[number];

/** A shape for each, so that nothing hangs on a colour. */
export const SHAPES: Record<Look, string> = { ok: "✓", error: "✕", running: "▸", late: "⧗", none: "·" };

/** `late`: whether this is the cell that the student has had running for long. */
export function lookOf(mark: Mark | undefined, late: boolean): Look {
  if (!mark) return "none";
  return mark.status === "running" && late ? "late" : mark.status;
}

/** The cell of the notebook that the student has had running for long; null for none. */
export function lateCellOf(student: StudentProgress | undefined, notebook: string, now: number): string | null {
  return student?.notebookPath === notebook && runningLate(student, now) !== null ? student.cellId : null;
}
