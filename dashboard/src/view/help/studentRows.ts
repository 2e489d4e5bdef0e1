import { dayAndTime, t } from "../../i18n";
import type { Standing } from "../../state/status";
import { rowTexts } from "./StudentRow";
import { h } from "./words";

/** The students table for a spreadsheet, with the displayed names. */
export function studentRows(standings: readonly Standing[], now: number, who: (userId: string) => string): string[][] {
  const { student, status, why, where, seen } = t.columns;
  return [
    [student, h.csv.team, status, why, where, h.csv.notebook, h.csv.runs, h.csv.errors, seen],
    ...standings.map((standing) => [
      who(standing.student.userId),
      standing.student.teamName ?? "",
      t.status[standing.status],
      rowTexts(standing, now).why,
      t.cell(standing.student.cellIndex, standing.student.cellId),
      standing.student.notebookPath ?? "",
      String(standing.student.runs),
      String(standing.student.errors),
      dayAndTime(Date.parse(standing.student.lastSeen)),
    ]),
  ];
}
