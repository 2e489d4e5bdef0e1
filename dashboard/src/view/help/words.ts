import type { StudentProgress } from "../../generated/wire";
import { duration, language, t } from "../../i18n";
import type { Reason } from "../../state/need";
import * as texts from "./texts";

export const h = texts[language];

/** The reasons in one line, most urgent first. */
export function reasonWords(student: StudentProgress, reasons: readonly Reason[], now: number, own = h): string {
  return reasons.map((reason) => reasonWord(reason, student, now, own)).join(own.joined);
}

function reasonWord(reason: Reason, student: StudentProgress, now: number, own: typeof h): string {
  const where = { cell: t.cell(student.cellIndex, student.cellId), errorName: student.lastErrorName };
  if (reason.kind === "streak") return own.reason.streak(reason.count ?? 0, where);
  return own.reason[reason.kind](duration(now - reason.since), where);
}

/** Who is with the student, and for how long; empty if nobody is. */
export function claimWords({ attention }: StudentProgress, teacher: string, now: number): string {
  if (!attention?.claimedBy || !attention.claimedAt) return "";
  const time = duration(now - Date.parse(attention.claimedAt));
  return attention.claimedBy === teacher ? h.withYou(time) : h.with(attention.claimedBy, time);
}
