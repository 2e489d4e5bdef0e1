import { useRef } from "preact/hooks";
import { t } from "../../i18n";
import type { PageProps } from "../page";
import { useWindow } from "../useWindow";
import { ALL_UP_TO } from "../window";
import { rowTexts, StudentRow } from "./StudentRow";

type Props = Pick<PageProps, "standings" | "now" | "who" | "link">;

/** In order of need. The roles are written out, as a phone's layout takes them from the table. */
export function StudentTable({ standings, now, who, link }: Props) {
  const body = useRef<HTMLTableSectionElement>(null);
  const count = standings.length;
  const { first, last, rowHeight } = useWindow(body, count);
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
        <Space key=" above" height={first * rowHeight} />
        {standings.slice(first, last).map((standing, place) => (
          <StudentRow
            key={`student ${standing.student.userId}`}
            student={standing.student}
            status={standing.status}
            place={first + place + 2}
            name={who(standing.student.userId)}
            href={link({ view: "student", userId: standing.student.userId })}
            {...rowTexts(standing, now)}
          />
        ))}
        <Space key=" below" height={(count - last) * rowHeight} />
      </tbody>
    </table>
  );
}

/** Stands for the rows that are not drawn. */
function Space({ height }: { height: number }) {
  return height > 0 ? (
    <tr class="space" aria-hidden="true">
      <td colSpan={5} style={{ height: `${height}px` }} />
    </tr>
  ) : null;
}
