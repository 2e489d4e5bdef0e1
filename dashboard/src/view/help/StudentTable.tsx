import { useRef } from "preact/hooks";
import { t } from "../../i18n";
import { clockWords } from "../clockWords";
import type { PageProps } from "../page";
import { Space } from "../Space";
import { ALL_UP_TO, PAGE, useRows } from "../useRows";
import { rowTexts, StudentRow } from "./StudentRow";

type Props = Pick<PageProps, "standings" | "now" | "who" | "doubt" | "link">;

/** Most urgent first. Explicit roles, as the phone layout would remove the table's own. */
export function StudentTable({ standings, now, who, doubt, link }: Props) {
  const body = useRef<HTMLTableSectionElement>(null);
  const count = standings.length;
  const { pieces } = useRows(PAGE, body, count);
  return (
    <table
      class={count > ALL_UP_TO ? "students long" : "students"}
      role="table"
      aria-rowcount={count + 1}
      data-testid="students"
    >
      <thead role="rowgroup">
        <tr role="row" aria-rowindex={1}>
          {[t.columns.student, t.columns.status, t.columns.why, t.columns.where, t.columns.seen].map((column) => (
            <th key={column} scope="col" role="columnheader">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup" ref={body}>
        {pieces.map((piece, place) =>
          "space" in piece ? <Space key={`space ${place}`} height={piece.space} /> : rowAt(piece.row),
        )}
      </tbody>
    </table>
  );

  function rowAt(place: number) {
    const standing = standings[place];
    if (!standing) return null;
    const { student, status } = standing;
    return (
      <StudentRow
        key={`student ${student.userId}`}
        student={student}
        status={status}
        place={place + 2}
        name={who(student.userId)}
        doubt={doubt(student.userId)}
        clock={clockWords(student)}
        href={link({ view: "student", userId: student.userId })}
        {...rowTexts(standing, now)}
      />
    );
  }
}
