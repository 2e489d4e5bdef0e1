import type { GridColumn } from "../../generated/api";
import { t } from "../../i18n";
import type { Row } from "../../state/grid";
import { Pure } from "../Pure";
import { lookOf, SHAPES } from "./look";
import { NAMES } from "./walk";
import { cellWords } from "./words";

interface Props {
  readonly userId: string;
  readonly name: string;
  readonly href: string;
  readonly row: Row;
  readonly columns: readonly GridColumn[];
  /** The student's long-running cell. */
  readonly late: boolean;
  /** The number of the row, from 0. */
  readonly place: number;
  /** The column with keyboard focus; null if the focus is in another row. */
  readonly focused: number | null;
}

export class GridRow extends Pure<Props> {
  override render({ userId, name, href, row, columns, late, place, focused }: Props) {
    return (
      <tr role="row" aria-rowindex={place + 2} data-testid="grid-row" data-user-id={userId}>
        <th scope="row" role="rowheader">
          <a href={href} tabIndex={focused === NAMES ? 0 : -1} data-column={NAMES}>
            {name}
          </a>
        </th>
        {columns.map(({ cellId, cellIndex }, column) => {
          const mark = row.get(cellId);
          const look = lookOf(mark, late);
          return (
            <td
              key={cellId}
              class={look}
              role="gridcell"
              aria-colindex={column + 2}
              aria-label={cellWords(name, t.cell(cellIndex, cellId), look, mark)}
              tabIndex={focused === column ? 0 : -1}
              data-column={column}
              data-look={look}
            >
              {SHAPES[look]}
              {mark && mark.attempts > 1 && <sub>{mark.attempts > 99 ? "99+" : mark.attempts}</sub>}
            </td>
          );
        })}
      </tr>
    );
  }
}
