import { useMemo } from "preact/hooks";
import { t } from "../../i18n";
import { mostUsed } from "../../state/distribution";
import { NO_MARKS, SORTS, sorted, workedBy } from "../../state/grid";
import type { Standing } from "../../state/status";
import { Again } from "../Again";
import type { PageProps } from "../page";
import { CsvButton } from "../report/CsvButton";
import { GridTable, type Place } from "./GridTable";
import "./grid.css";
import { isLate, LOOKS, lookOf, SHAPES } from "./look";
import { useGrid } from "./useGrid";
import { g } from "./words";

/** The last open cell of the grid, kept for the way back from a student's page. */
const last: { place: (Place & { readonly notebook: string }) | null } = { place: null };

interface Props extends PageProps {
  readonly everyone: readonly Standing[];
}

/** The live grid: a row for each student, a column for each cell of the notebook. */
export function GridPage({ api, room, standings, everyone, route, now, who, link, go }: Props) {
  const sort = SORTS.find((known) => known === route.sort) ?? "need";
  // From the full class: a search must not change the notebook.
  const here = useMemo(() => mostUsed(everyone), [everyone]);
  const notebook = route.notebook ?? here;
  const { marks, state, again } = useGrid(api, room, notebook, route.period);
  const students = useMemo(
    () => new Map(standings.map((standing) => [standing.student.userId, standing.student])),
    [standings],
  );
  // The students in the notebook, and those who have run one of its cells.
  const userIds = useMemo(
    () =>
      [...students.values()]
        .filter((found) => found.notebookPath === notebook || marks?.rows.has(found.userId))
        .map((found) => found.userId),
    [students, marks?.rows, notebook],
  );
  const worked = useMemo(() => (marks ? workedBy(marks, userIds) : new Map<string, number>()), [marks, userIds]);

  return (
    <section class="grid-page" aria-labelledby="grid">
      <div class="grid-head">
        <h2 id="grid">{g.heading}</h2>
        {notebook && <span class="soft">{notebook}</span>}
        <label>
          {g.sort}{" "}
          <select
            value={sort}
            onChange={(event) => go({ sort: event.currentTarget.value }, true)}
            data-testid="grid-sort"
          >
            {SORTS.map((name) => (
              <option key={name} value={name}>
                {g.sorts[name]}
              </option>
            ))}
          </select>
        </label>
      </div>
      {state === "failed" && <Again onClick={again} />}
      {notebook === null ? (
        <p class="hint">{room.synced ? g.noNotebook : t.loading}</p>
      ) : !marks ? (
        state === "loading" && <p class="hint">{g.loading}</p>
      ) : marks.columns.length === 0 ? (
        <p class="hint">{g.empty}</p>
      ) : userIds.length === 0 ? (
        <p class="hint">{t.noMatch}</p>
      ) : (
        <>
          <ul class="legend" aria-label={g.legend}>
            {LOOKS.map((look) => (
              <li key={look}>
                <span class={`sample ${look}`} aria-hidden="true">
                  {SHAPES[look]}
                </span>
                {g.looks[look]}
              </li>
            ))}
            <li>
              <span class="sample" aria-hidden="true">
                <sub>3</sub>
              </span>
              {g.number}
            </li>
          </ul>
          <GridTable
            columns={marks.columns}
            userIds={userIds}
            sort={sort}
            arrange={() => sorted(marks, userIds, sort, who)}
            rowOf={(userId) => marks.rows.get(userId) ?? NO_MARKS}
            isLate={(userId) => isLate(students.get(userId), notebook, now)}
            worked={worked}
            who={who}
            hrefOf={(userId) => link({ view: "student", userId, notebook: null, cellId: null })}
            onOpen={(userId, cellId) => go({ view: "student", userId, notebook, cellId })}
            left={last.place?.notebook === notebook ? last.place : null}
            onLeave={(place) => (last.place = { ...place, notebook })}
          />
          <CsvButton
            name={`${route.classId}-grid`}
            rows={() => [
              [g.student, ...marks.columns.map(({ cellIndex, cellId }) => t.cell(cellIndex, cellId))],
              ...sorted(marks, userIds, sort, who).map((userId) => {
                const late = isLate(students.get(userId), notebook, now);
                return [
                  who(userId),
                  ...marks.columns.map(({ cellId }) => g.looks[lookOf(marks.rows.get(userId)?.get(cellId), late)]),
                ];
              }),
            ]}
          />
        </>
      )}
    </section>
  );
}
