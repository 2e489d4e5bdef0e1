import { ago, language, t } from "../../i18n";
import type { Standing } from "../../state/status";
import { clockWords } from "../clockWords";
import { rowTexts } from "../help/StudentRow";
import { Icon } from "../Icon";
import * as texts from "./texts";

const s = texts[language].facts;

/** The student's current state. `hideNote` hides the teachers' note, as on a projector. */
export function Facts({ standing, now, hideNote }: { standing: Standing; now: number; hideNote: boolean }) {
  const { student, status } = standing;
  const note = hideNote ? null : student.attention?.note;
  const { why } = rowTexts(standing, now);
  const clock = clockWords(student);
  const where = [t.cell(student.cellIndex, student.cellId), student.notebookPath].filter(Boolean).join(" · ");
  return (
    <dl class="facts">
      <div>
        <dt>{s.status}</dt>
        <dd class={status}>
          <span class="badge">
            <Icon status={status} />
            {t.status[status]}
          </span>
        </dd>
      </div>
      {why && <Fact name={t.columns.why} value={why} />}
      {student.teamName && <Fact name={s.team} value={student.teamName} />}
      {where && <Fact name={s.where} value={where} />}
      <Fact name={s.runs} value={String(student.runs)} />
      <Fact name={s.errors} value={String(student.errors)} />
      <Fact name={s.seen} value={ago(now - Date.parse(student.lastSeen))} />
      {clock && <Fact name={s.clock} value={clock} />}
      {note && <Fact name={s.note} value={note} />}
    </dl>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
