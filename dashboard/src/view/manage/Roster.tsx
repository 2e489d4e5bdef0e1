import type { RosterLine } from "../../generated/api";
import { dayAndTime } from "../../i18n";
import type { ManageApi } from "../../session/manage";
import { doubtsAbout } from "../../state/lookalikes";
import { Again } from "../Again";
import { Doubtful, doubtOf } from "../Doubtful";
import { Scrollable } from "../Scrollable";
import { useFetched } from "../useFetched";
import { Codes } from "./Codes";
import { Guests } from "./Guests";
import { Import } from "./Import";
import { Tokens } from "./Tokens";
import { m } from "./words";

interface Props {
  readonly manage: ManageApi;
  readonly classId: string;
  readonly pseudonymous: boolean;
  /** Whether names are hidden, as on a projector. */
  readonly hidden: boolean;
}

/** The roster, the students' codes and tokens, and the guests. */
export function Roster({ manage, classId, pseudonymous, hidden }: Props) {
  const roster = useFetched(classId, 0, () => manage.roster(classId));
  return (
    <>
      <section aria-labelledby="roster">
        <h3 id="roster">{m.roster.heading}</h3>
        <p class="soft">{m.roster.explain}</p>
        <Import manage={manage} classId={classId} onImported={roster.again} />
        {roster.state === "failed" && <Again onClick={roster.again} />}
        {roster.value &&
          (roster.value.length === 0 ? (
            <p>{m.roster.none}</p>
          ) : hidden ? (
            <p>{m.roster.hidden}</p>
          ) : (
            <List students={roster.value} pseudonymous={pseudonymous} />
          ))}
      </section>
      {roster.value && roster.value.length > 0 && (
        <>
          <Codes manage={manage} classId={classId} students={roster.value} hidden={hidden} />
          <Tokens manage={manage} classId={classId} students={roster.value} hidden={hidden} />
        </>
      )}
      {roster.value && <Guests manage={manage} classId={classId} students={roster.value} hidden={hidden} />}
    </>
  );
}

function List({ students, pseudonymous }: { students: readonly RosterLine[]; pseudonymous: boolean }) {
  const { columns } = m.roster;
  const doubts = doubtsAbout(students);
  return (
    <>
      <p id="roster-count">{m.roster.list(students.length)}</p>
      <Scrollable class="wide" aria-labelledby="roster-count">
        <table data-testid="roster">
          <thead>
            <tr>
              <th scope="col">{columns.userId}</th>
              <th scope="col">{columns.userName}</th>
              <th scope="col">{columns.teamName}</th>
              {pseudonymous && <th scope="col">{columns.pseudonym}</th>}
              <th scope="col">{columns.joinedAt}</th>
            </tr>
          </thead>
          <tbody>
            {students.map((student) => (
              <tr key={student.userId}>
                <th scope="row">
                  {student.userId}
                  <Doubtful text={doubtOf(doubts, student.userId)} />
                </th>
                <td>{student.userName}</td>
                <td>{student.teamName}</td>
                {pseudonymous && (
                  <td>
                    <code>{student.pseudonym}</code>
                  </td>
                )}
                <td>{student.joinedAt && dayAndTime(Date.parse(student.joinedAt))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrollable>
    </>
  );
}
