import { useMemo, useState } from "preact/hooks";
import { dayAndTime, language, timeOfDay } from "../../i18n";
import type { Span } from "../../session/api";
import { studentsOf } from "../../state/counted";
import { distributionOf, mostUsed } from "../../state/distribution";
import { keyOf, shownErrors } from "../../state/errors";
import { lastMinutes } from "../../state/replay";
import { hardest } from "../../state/report";
import { standingsOf } from "../../state/status";
import { Again } from "../Again";
import { Group } from "../errors/Group";
import "../errors/errors.css";
import { ActivityCharts, PaceChart } from "../overview/Charts";
import { Distribution } from "../overview/Distribution";
import "../overview/overview.css";
import * as overview from "../overview/texts";
import type { PageProps } from "../page";
import { isLong, lastDay, spanOf } from "../span";
import { useFetched } from "../useFetched";
import { CsvButton } from "./CsvButton";
import { Hard, hardRows } from "./Hard";
import { PeriodForm } from "./PeriodForm";
import "./report.css";
import * as texts from "./texts";

const r = texts[language];
const o = overview[language];
const LESSON_MINUTES = 90;
const CELLS = 10;
const ERRORS = 10;
const share = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });

/** The report of a lesson: the chosen period, or the 90 minutes before the page was opened. */
export function ReportPage({ api, route, now, who, link, go }: PageProps) {
  const { classId, notebook, team } = route;
  const [recent] = useState(() => lastMinutes(LESSON_MINUTES, now));
  const lesson = route.period ?? recent;
  // Excludes the minute that begins when the lesson ends.
  const span = spanOf(null, { ...lesson, at: Math.max(lesson.start, lesson.end - 1) }, now);
  const question = JSON.stringify([classId, notebook, team, span]);
  const report = useFetched(question, 0, async () => {
    const [state, activity, errors, difficulty] = await Promise.all([
      api.classAt(classId, span.start, span.end),
      api.activity(classId, lastDay(span), route),
      api.errors(classId, span, route),
      api.difficulty(classId, span, route),
    ]);
    const students = studentsOf(state.students).filter(({ teamName }) => team === null || teamName === team);
    const standings = standingsOf(students, lesson.end);
    const shown = notebook ?? mostUsed(standings);
    const pace = shown === null ? null : await api.pace(classId, shown, lastDay(span), team);
    return {
      standings,
      shown,
      pace,
      activity: activity.minutes,
      errors: errors.groups,
      cells: hardest(difficulty.cells),
    };
  });
  const found = report.value;
  const distribution = useMemo(() => (found?.shown ? distributionOf(found.standings, found.shown) : null), [found]);
  const runs = found?.activity.reduce((sum, minute) => sum + minute.runs, 0) ?? 0;
  const failed = found?.activity.reduce((sum, minute) => sum + minute.errors, 0) ?? 0;

  return (
    <article class="report">
      {route.period === null && (
        <PeriodForm
          now={now}
          period={null}
          onReplay={(period) => go({ period, view: "help" })}
          onReport={(period) => go({ period: { ...period, at: period.end } })}
        />
      )}
      <div class="view-head">
        <h2>{r.heading}</h2>
        <span class="range buttons">
          <button type="button" class="button" onClick={() => print()}>
            {r.print}
          </button>
          {found && <CsvButton name={`${classId}-hard-cells`} rows={() => hardRows(found.cells)} />}
        </span>
      </div>
      {report.state === "loading" && <p class="hint">{r.loading}</p>}
      {report.state === "failed" && <Again onClick={report.again} />}
      {found && (
        <>
          <dl class="facts" data-testid="report-facts">
            <Fact name={r.facts.class} value={classId} />
            {found.shown && <Fact name={r.facts.notebook} value={found.shown} />}
            {team !== null && <Fact name={r.facts.team} value={team} />}
            <Fact name={r.facts.period} value={period(span)} />
            <Fact name={r.facts.students} value={String(found.standings.length)} />
            {!isLong(span) && <Fact name={r.facts.runs} value={String(runs)} />}
            {!isLong(span) && runs > 0 && <Fact name={r.facts.rate} value={share.format(failed / runs)} />}
          </dl>
          {distribution && (
            <Distribution distribution={distribution} href={link({ view: "grid", notebook: found.shown })} />
          )}
          {isLong(span) && <p class="hint">{o.lastDay}</p>}
          {found.pace && <PaceChart pace={found.pace} />}
          <ActivityCharts minutes={found.activity} fullPeriod />
          <Hard cells={found.cells.slice(0, CELLS)} />
          {found.cells.length > CELLS && <p class="soft">{r.more(found.cells.length - CELLS)}</p>}
          <section aria-labelledby="report-errors">
            <h3 id="report-errors">{r.errors}</h3>
            {found.errors.length === 0 && <p class="hint">{r.noErrors}</p>}
            <ol class="groups">
              {shownErrors(found.errors, "", "students")
                .slice(0, ERRORS)
                .map((group) => (
                  <Group
                    key={keyOf(group)}
                    group={group}
                    name={who(group.example.userId)}
                    href={link({
                      view: "student",
                      userId: group.example.userId,
                      notebook: group.notebookPath,
                      cellId: group.cellId,
                    })}
                    open
                  />
                ))}
            </ol>
            {found.errors.length > ERRORS && <p class="soft">{r.more(found.errors.length - ERRORS)}</p>}
          </section>
        </>
      )}
    </article>
  );
}

/** Shows the end's date only if it differs from the start's. */
function period({ start, end }: Span): string {
  const sameDay = new Date(start).toDateString() === new Date(end).toDateString();
  return `${dayAndTime(start)} ${r.upTo} ${sameDay ? timeOfDay(end) : dayAndTime(end)}`;
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
