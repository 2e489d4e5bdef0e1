import type { ComponentChildren } from "preact";
import type { StudentDataExport } from "../../generated/api";
import { dayAndTime, language, t } from "../../i18n";
import type { Lower } from "../../session/me";
import { levels } from "../levels";
import { saveFile } from "../saveFile";
import { Entry } from "../student/Entry";
import "../student/student.css";
import * as texts from "./texts";
import { Withdraw } from "./Withdraw";

const w = texts[language];

interface Props {
  readonly kept: StudentDataExport;
  readonly busy: boolean;
  readonly onMore: () => void;
  /** Fetches all events, then calls `save`. */
  readonly onAll: (save: (kept: StudentDataExport) => void) => void;
  readonly onForget: () => void;
  readonly cleared: number | null;
  readonly onWithdraw: (level: Lower) => void;
}

/** A summary of what is kept; the file has all fields. */
export function KeptPage({ kept, busy, onMore, onAll, onForget, cleared, onWithdraw }: Props) {
  const { classId, userId, title, privacy, retentionDays, roster, progress, cells, others, events, next } = kept;
  const level = levels[privacy];
  const save = (all: StudentDataExport) =>
    saveFile(`classpulse-${classId}-${userId}.json`, "application/json", JSON.stringify(all, null, 2));
  return (
    <>
      <p class="buttons">
        <button
          type="button"
          class="button primary"
          aria-disabled={busy}
          onClick={() => !busy && onAll(save)}
          data-testid="save-json"
        >
          {w.save}
        </button>
        <button type="button" class="button" onClick={onForget}>
          {w.forget}
        </button>
        <span role="status">{busy && w.saving}</span>
      </p>
      <p class="soft">{w.rights}</p>
      <section aria-labelledby="general">
        <h2 id="general">{w.general}</h2>
        <dl class="facts" data-testid="kept">
          <Fact name={w.class}>{t.classTitle(classId, title)}</Fact>
          <Fact name={w.id}>{userId}</Fact>
          {kept.pseudonymous && <Fact name={w.pseudonym}>{kept.storedAs}</Fact>}
          {others.length > 0 && <Fact name={w.others}>{others.map((other) => other.userId).join(", ")}</Fact>}
          <Fact name={w.level}>
            {level.name}
            <small>{level.explain}</small>
          </Fact>
          <Fact name={w.retention}>
            <small>{retentionDays !== null ? w.days(retentionDays) : w.forever}</small>
          </Fact>
        </dl>
        {kept.pseudonymous && <p>{w.pseudonymous}</p>}
      </section>
      <section aria-labelledby="roster">
        <h2 id="roster">{w.roster}</h2>
        {roster ? (
          <dl class="facts">
            <Fact name={w.name}>{roster.userName ?? w.none}</Fact>
            <Fact name={w.team}>{roster.teamName ?? w.none}</Fact>
            <Fact name={w.joined}>{roster.joinedAt ? dayAndTime(Date.parse(roster.joinedAt)) : w.none}</Fact>
          </dl>
        ) : (
          <p>{w.noRoster}</p>
        )}
      </section>
      <section aria-labelledby="progress">
        <h2 id="progress">{w.progress}</h2>
        {progress ? (
          <>
            <dl class="facts">
              <Fact name={w.facts.events}>{progress.events}</Fact>
              <Fact name={w.facts.runs}>{progress.runs}</Fact>
              <Fact name={w.facts.errors}>{progress.errors}</Fact>
              <Fact name={w.facts.first}>{dayAndTime(Date.parse(progress.firstEvent))}</Fact>
              <Fact name={w.facts.last}>{dayAndTime(Date.parse(progress.lastEvent))}</Fact>
              <Fact name={w.facts.place}>{progress.notebookPath ?? w.none}</Fact>
            </dl>
            <details>
              <summary>{w.cells(cells.length)}</summary>
              <div class="wide">
                <table class="cells">
                  <thead>
                    <tr>
                      <th scope="col">{w.cell}</th>
                      <th scope="col">{w.attempts}</th>
                      <th scope="col">{w.cellErrors}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {cells.map((cell) => (
                      <tr key={`${cell.notebookPath} ${cell.cellId}`}>
                        <th scope="row">
                          {t.cell(cell.cellIndex, cell.cellId)} <span class="notebook">{cell.notebookPath}</span>
                        </th>
                        <td>{cell.attempts}</td>
                        <td>{cell.errors}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </details>
          </>
        ) : (
          <p>{w.noProgress}</p>
        )}
      </section>
      <section aria-labelledby="events">
        <h2 id="events">{w.events}</h2>
        <p class="soft">{w.count(events.length, next !== null)}</p>
        <ol class="timeline" data-testid="events">
          {events.map((event) => (
            <Entry key={event.eventId} event={event} before={undefined} />
          ))}
        </ol>
        {next !== null && (
          <button type="button" class="button" aria-disabled={busy} onClick={onMore}>
            {w.more}
          </button>
        )}
      </section>
      <Withdraw busy={busy} cleared={cleared} onWithdraw={onWithdraw} />
    </>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
