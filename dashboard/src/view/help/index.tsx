import { useMemo } from "preact/hooks";
import type { AbsentStudent } from "../../generated/api";
import type { StudentProgress } from "../../generated/wire";
import { t } from "../../i18n";
import { isFiltered } from "../../state/filters";
import { queueOf } from "../../state/queue";
import { countByStatus, type Standing } from "../../state/status";
import type { PageProps } from "../page";
import { CsvButton } from "../report/CsvButton";
import { Shared } from "../Shared";
import { Absent, Teachers } from "./Apart";
import "./help.css";
import { Queue } from "./Queue";
import { StudentTable } from "./StudentTable";
import { Summary } from "./Summary";
import { studentRows } from "./studentRows";
import { h } from "./words";

export interface HelpProps extends PageProps {
  /** The full class at the shown moment. */
  readonly everyone: readonly Standing[];
  /** The students that match all filters except status. */
  readonly listed: readonly Standing[];
  /** Whether the full class has arrived: until then an empty queue means nothing. */
  readonly known: boolean;
  /** Whether names are hidden. */
  readonly hidden: boolean;
  /** The teachers of the class who have run cells; they are in no other list. */
  readonly teachers: readonly StudentProgress[];
  /** The students on the roster who have sent nothing. */
  readonly absent: readonly AbsentStudent[];
}

/** The help queue, then all students. */
export function HelpPage(props: HelpProps) {
  const { known, standings, everyone, listed, route, now, who, doubt, link, go, hidden, teachers, absent } = props;
  const needs = useMemo(
    // The tiles filter the table only; the queue always shows every waiting student.
    () => queueOf(listed),
    [listed],
  );
  const counts = useMemo(() => countByStatus(listed), [listed]);
  const hint = everyone.length === 0 ? (known ? t.empty : t.loading) : null;
  return (
    <>
      <Shared students={everyone.map(({ student }) => student)} who={who} now={now} />
      {hint === null && <Queue needs={needs} filtered={isFiltered({ ...route, status: null })} {...props} />}
      <section aria-labelledby="everyone">
        <h2 id="everyone">{h.everyone}</h2>
        <Summary counts={counts} chosen={route.status} onChoose={(status) => go({ status })} />
        {hint !== null ? (
          <p class="hint">{hint}</p>
        ) : standings.length === 0 ? (
          <p class="hint">{t.noMatch}</p>
        ) : (
          <>
            <StudentTable standings={standings} now={now} who={who} doubt={doubt} link={link} />
            <CsvButton name={`${route.classId}-students`} rows={() => studentRows(standings, now, who)} />
          </>
        )}
        <Absent absent={absent} hidden={hidden} who={who} />
        <Teachers teachers={teachers} who={who} link={link} now={now} />
      </section>
    </>
  );
}
