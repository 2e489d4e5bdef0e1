import { useMemo } from "preact/hooks";
import { language } from "../../i18n";
import { Failed } from "../../session/http";
import { standingOf } from "../../state/status";
import { Again } from "../Again";
import { Doubtful } from "../Doubtful";
import type { PageProps } from "../page";
import { Shared } from "../Shared";
import { useFetched } from "../useFetched";
import { CellTable } from "./CellTable";
import { Facts } from "./Facts";
import { Sessions } from "./Sessions";
import "./student.css";
import { Timeline } from "./Timeline";
import * as texts from "./texts";
import { useTimeline } from "./useTimeline";

const s = texts[language];

/** One student: the current state, each cell, and each event with code and output. */
export function StudentPage({
  api,
  room,
  route,
  now,
  who,
  doubt,
  link,
  go,
  hidden,
}: PageProps & { readonly hidden: boolean }) {
  const { classId, notebook, cellId, session, period } = route;
  const userId = route.userId ?? "";
  // In a replay too, this page shows all events, as each has its time.
  const student = room.students.get(userId);
  const revision = student?.revision ?? 0;
  const details = useFetched(JSON.stringify([classId, userId]), revision, () => api.student(classId, userId));
  const timeline = useTimeline(api, { classId, userId, notebook, cellId, session }, revision);
  const shown = student ?? details.value;
  const standing = useMemo(() => (shown ? standingOf(shown, now) : null), [shown, now]);
  const name = who(userId);

  return (
    <article class="student-page">
      <p class="up">
        <a href={link({ view: "help", userId: null, notebook: null, cellId: null, session: null })}>← {s.back}</a>
      </p>
      <h2>{s.heading(name)}</h2>
      <Doubtful text={doubt(userId)} />
      {details.error instanceof Failed && details.error.status === 404 ? (
        <p class="hint">{s.unknown}</p>
      ) : (
        <>
          {shown?.isTeacher ? (
            <p class="hint">{s.teacher}</p>
          ) : (
            shown && <Shared students={[shown]} who={who} now={now} />
          )}
          {standing && <Facts standing={standing} now={now} hideNote={hidden || period !== null} />}
          <section aria-labelledby="cells">
            <h3 id="cells">{s.cells}</h3>
            {details.value && <CellTable cells={details.value.cells} chosen={{ notebook, cellId }} link={link} />}
            {details.state === "failed" && <Again onClick={details.again} />}
          </section>
          {details.value && <Sessions sessions={details.value.sessionList} chosen={session} link={link} />}
          <Timeline
            timeline={timeline}
            filter={{ notebook, cellId, session }}
            cells={details.value?.cells ?? []}
            onAll={() => go({ notebook: null, cellId: null, session: null })}
            file={`${classId}-${name}`}
          />
        </>
      )}
    </article>
  );
}
