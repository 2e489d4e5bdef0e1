import type { GridColumn } from "../../generated/api";
import { t } from "../../i18n";
import { Pure } from "../Pure";
import { g } from "./words";

interface Props {
  readonly columns: readonly GridColumn[];
  /** How many of the shown students succeeded in each cell, by cell id. */
  readonly worked: ReadonlyMap<string, number>;
  readonly count: number;
}

/** The cell numbers, and the share of students who succeeded in each. */
export class GridHead extends Pure<Props> {
  override render({ columns, worked, count }: Props) {
    return (
      <thead role="rowgroup">
        <tr role="row" aria-rowindex={1}>
          <th scope="col" role="columnheader">
            {g.student}
          </th>
          {columns.map(({ cellId, cellIndex }) => {
            const right = worked.get(cellId) ?? 0;
            const words = g.worked(t.cell(cellIndex, cellId), right, count);
            return (
              <th key={cellId} scope="col" role="columnheader" aria-label={words} title={words}>
                <span class="index">{cellIndex === null ? cellId.slice(0, 4) : cellIndex + 1}</span>
                <meter min={0} max={Math.max(1, count)} value={right} aria-hidden="true" />
                <span class="right">{count === 0 ? 0 : Math.round((right / count) * 100)}%</span>
              </th>
            );
          })}
        </tr>
      </thead>
    );
  }
}
