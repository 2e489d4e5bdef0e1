import { useMemo, useRef } from "preact/hooks";
import { language, t } from "../../i18n";
import { distributionOf, mostUsed } from "../../state/distribution";
import { Again } from "../Again";
import type { PageProps } from "../page";
import { CsvButton } from "../report/CsvButton";
import { isLong, lastDay, spanOf } from "../span";
import { useFetched, useTicks } from "../useFetched";
import { ActivityCharts, fromFirst, PaceChart } from "./Charts";
import { Distribution } from "./Distribution";
import "./overview.css";
import { Range } from "./Range";
import * as texts from "./texts";
import { useOneAtATime } from "./useOneAtATime";

const o = texts[language];
const REFRESH_MS = 15_000;

/** The progress of the class: now, and over time. */
export function OverviewPage({ api, room, standings, route, now, link, go }: PageProps) {
  const { classId, minutes, period, team } = route;
  const here = useMemo(() => mostUsed(standings), [standings]);
  const notebook = route.notebook ?? here;
  const ticks = useTicks(REFRESH_MS, period === null);
  const latest = useRef(now);
  latest.current = now;
  const span = () => lastDay(spanOf(minutes, period, latest.current));
  // Each step of a replay adds minutes: the shown charts stay until the new ones arrive.
  const [version, track] = useOneAtATime(period === null ? ticks : span().end);
  const query = JSON.stringify([classId, notebook, team, minutes, period?.start]);
  const pace = useFetched(notebook === null ? null : query, version, () =>
    track(api.pace(classId, notebook ?? "", span(), team)),
  );
  const activity = useFetched(JSON.stringify([classId, route.notebook, team, minutes, period?.start]), version, () =>
    track(api.activity(classId, span(), route)),
  );
  const distribution = useMemo(
    () => (notebook === null ? null : distributionOf(standings, notebook)),
    [standings, notebook],
  );
  const lesson = useMemo(() => {
    const found = activity.value?.minutes ?? [];
    // Leaves out the current minute: incomplete, it would look like a class that has stopped.
    const full = period === null ? found.slice(0, -1) : found;
    return minutes === null ? fromFirst(full) : full;
  }, [activity.value, minutes, period]);
  const paced = useMemo(() => {
    const first = lesson[0];
    // For a day, start the quartiles with the first activity.
    if (!pace.value || minutes !== null || !first) return pace.value;
    return { ...pace.value, minutes: pace.value.minutes.filter(({ start }) => start >= first.start) };
  }, [pace.value, lesson, minutes]);

  // The class changes sixty times a second, the charts do not.
  const charts = useMemo(
    () => (
      <>
        {paced && <PaceChart pace={paced} />}
        {activity.value && <ActivityCharts minutes={lesson} />}
      </>
    ),
    [paced, lesson, activity.value],
  );

  return (
    <article class="overview">
      <div class="view-head">
        <h2>{o.heading}</h2>
        {notebook && <span class="soft">{notebook}</span>}
        {period === null && <Range minutes={minutes} onChoose={(chosen) => go({ minutes: chosen })} />}
      </div>
      {notebook === null && <p class="hint">{room.synced ? o.noNotebook : t.loading}</p>}
      {distribution && (
        <>
          <Distribution distribution={distribution} href={link({ view: "grid", notebook })} />
          <CsvButton
            name={`${classId}-cells`}
            rows={() => [
              [o.csv.cell, o.csv.students],
              ...distribution.bars.map(({ cellId, cellIndex, students }) => [
                t.cell(cellIndex, cellId),
                String(students),
              ]),
            ]}
          />
        </>
      )}
      {(pace.state === "failed" || activity.state === "failed") && (
        <Again
          onClick={() => {
            pace.again();
            activity.again();
          }}
        />
      )}
      {isLong(spanOf(minutes, period, now)) && <p class="hint">{o.lastDay}</p>}
      {charts}
    </article>
  );
}
