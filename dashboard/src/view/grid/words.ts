import { language } from "../../i18n";
import type { Mark } from "../../state/grid";
import type { Look } from "./look";
import * as texts from "./texts";

export const g = texts[language];

/** "Ada, cell 7: failed, 4 runs, NameError". */
export function cellWords(student: string, cell: string, look: Look, mark: Mark | undefined, own = g): string {
  const parts = [own.looks[look]];
  if (mark && mark.attempts > 0) parts.push(own.attempts(mark.attempts));
  if (look === "error" && mark?.lastErrorName) parts.push(mark.lastErrorName);
  return own.cell(student, cell, parts.join(own.joined));
}
