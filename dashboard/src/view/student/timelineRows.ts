import type { StoredEvent } from "../../generated/api";
import { language, t } from "../../i18n";
import { plain } from "../../state/plain";
import { describeEvent } from "./Entry";
import * as texts from "./texts";

const s = texts[language];

/** The events for a spreadsheet, in the page's order, with the server's times (ISO 8601, UTC). */
export function timelineRows(events: readonly StoredEvent[]): string[][] {
  return [
    [s.csv.time, s.csv.what, s.columns.cell, s.csv.notebook, s.csv.count, s.csv.took, s.code, s.result, s.error],
    ...events.map((event) => [
      event.eventTime,
      describeEvent(event)[1],
      t.cell(event.cellIndex ?? null, event.cellId ?? null),
      event.notebookPath ?? "",
      String(event.executionCount ?? ""),
      String(event.executionDurationMs ?? ""),
      event.code ?? "",
      plain(event.result ?? ""),
      plain(event.errorMessage ?? ""),
    ]),
  ];
}
