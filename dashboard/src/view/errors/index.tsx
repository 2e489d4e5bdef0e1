import { useMemo, useRef } from "preact/hooks";
import { dayAndTime, language, t } from "../../i18n";
import { ERROR_SORTS, keyOf, shownErrors } from "../../state/errors";
import { Again } from "../Again";
import { Range } from "../overview/Range";
import { useOneAtATime } from "../overview/useOneAtATime";
import type { PageProps } from "../page";
import { CsvButton } from "../report/CsvButton";
import { spanOf } from "../span";
import { useFetched, useTicks } from "../useFetched";
import "./errors.css";
import { Group } from "./Group";
import * as texts from "./texts";

const e = texts[language];
const REFRESH_MS = 10_000;

/** Common errors: failed runs, grouped by cell and by what their messages share. */
export function ErrorsPage({ api, route, now, who, link, go }: PageProps) {
  const { classId, notebook, team, minutes, period, search } = route;
  const sort = ERROR_SORTS.find((known) => known === route.sort) ?? "newest";
  const latest = useRef(now);
  latest.current = now;
  const ticks = useTicks(REFRESH_MS, period === null);
  const span = () => spanOf(minutes, period, latest.current);
  const [version, track] = useOneAtATime(period === null ? ticks : span().end);
  const errors = useFetched(JSON.stringify([classId, notebook, team, minutes, period?.start]), version, () =>
    track(api.errors(classId, span(), route)),
  );
  const groups = errors.value?.groups ?? [];
  const shown = useMemo(() => shownErrors(groups, search, sort), [errors.value, search, sort]);

  return (
    <section aria-labelledby="errors">
      <div class="view-head">
        <h2 id="errors">{e.heading}</h2>
        <label class="soft">
          {e.sort}{" "}
          <select value={sort} onChange={(event) => go({ sort: event.currentTarget.value }, true)}>
            {ERROR_SORTS.map((name) => (
              <option key={name} value={name}>
                {e.sorts[name]}
              </option>
            ))}
          </select>
        </label>
        {period === null && <Range minutes={minutes} onChoose={(chosen) => go({ minutes: chosen })} />}
      </div>
      {errors.state === "failed" && <Again onClick={errors.again} />}
      {errors.state === "loading" && <p class="hint">{e.loading}</p>}
      {errors.value && shown.length === 0 && <p class="hint">{groups.length === 0 ? e.none : e.noMatch}</p>}
      <ol class="groups" data-testid="errors">
        {shown.map((group) => (
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
          />
        ))}
      </ol>
      {shown.length > 0 && (
        <CsvButton
          name={`${classId}-errors`}
          rows={() => [
            Object.values(e.csv),
            ...shown.map((group) => [
              group.notebookPath ?? "",
              t.cell(group.cellIndex, group.cellId),
              group.errorName,
              group.message,
              String(group.students),
              String(group.unsolved),
              String(group.runs),
              dayAndTime(Date.parse(group.firstTime)),
              dayAndTime(Date.parse(group.lastTime)),
            ]),
          ]}
        />
      )}
    </section>
  );
}
