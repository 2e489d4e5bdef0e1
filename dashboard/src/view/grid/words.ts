import { language } from "../../i18n";
import type { Mark } from "../../state/grid";
import type { Look } from "./look";
import * as texts from "./texts";

export const g = texts[language];

/** "Ada, cell 7: failed, 4 runs, NameError". */
export function cellWords(student: string, cell: string, look: Look, mark: Mark | undefined, own = g): string {
  const said = [own.looks[look]];
  if (mark && mark.attempts > 0) said.push(own.attempts(mark.attempts));
  if (look === "error" && mark?.lastErrorName) said.push(mark.lastErrorName);
  return own.cell(student, cell, said.join(own.joined));
}
