import { useMemo } from "preact/hooks";
import type { CellProgress } from "../../generated/api";
import { language, t } from "../../i18n";
import type { Route } from "../../state/route";
import { codeBefore } from "../../state/timeline";
import { Again } from "../Again";
import { CsvButton } from "../report/CsvButton";
import { Entry } from "./Entry";
import * as texts from "./texts";
import { timelineRows } from "./timelineRows";
import type { TimelineState } from "./useTimeline";

const s = texts[language];

interface Props {
  readonly timeline: TimelineState;
  readonly filter: Pick<Route, "notebook" | "cellId" | "session">;
  readonly cells: readonly CellProgress[];
  readonly onAll: () => void;
  /** The file name, without the student's id while names are hidden. */
  readonly file: string;
}

export function Timeline({ timeline, filter, cells, onAll, file }: Props) {
  const { known, state } = timeline;
  const before = useMemo(() => codeBefore(known.events), [known]);
  const cell = cells.find((found) => found.notebookPath === filter.notebook && found.cellId === filter.cellId);
  const narrowed = filter.cellId !== null || filter.notebook !== null || filter.session !== null;
  const name = cell
    ? t.cell(cell.cellIndex, cell.cellId)
    : (filter.cellId ?? filter.notebook ?? (filter.session || s.sessions.none));
  return (
    <section aria-labelledby="timeline" aria-busy={state === "loading"}>
      <h3 id="timeline">{narrowed ? s.timelineOf(name) : s.timeline}</h3>
      {narrowed && (
        <p>
          <button type="button" class="button" onClick={onAll}>
            {s.all}
          </button>
        </p>
      )}
      {state === "failed" && <Again onClick={timeline.again} />}
      {state === "loading" && <p class="hint">{s.loading}</p>}
      {state === "shown" && known.events.length === 0 && <p class="hint">{s.nothing}</p>}
      <ol class="timeline" data-testid="timeline">
        {known.events.map((event) => (
          <Entry key={event.eventId} event={event} before={before.get(event.eventId)} />
        ))}
      </ol>
      {known.events.length > 0 && (
        <p class="buttons">
          {known.next !== null && (
            <button type="button" class="button" onClick={timeline.older} data-testid="older">
              {s.older}
            </button>
          )}
          <CsvButton name={`${file}-timeline`} rows={() => timelineRows(known.events)} />
        </p>
      )}
    </section>
  );
}
