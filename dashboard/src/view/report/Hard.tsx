import type { CellDifficulty } from "../../generated/api";
import { language, t } from "../../i18n";
import { Scrollable } from "../Scrollable";
import * as texts from "./texts";

const r = texts[language];
const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });

function cellsOf(cell: CellDifficulty): string[] {
  const attempts = cell.medianAttempts === null ? "–" : number.format(cell.medianAttempts);
  return [String(cell.students), String(cell.failed), String(cell.solved), attempts];
}

/** The table's rows with its header, for a spreadsheet. */
export function hardRows(cells: readonly CellDifficulty[]): string[][] {
  return [
    Object.values(r.columns),
    ...cells.map((cell) => [`${t.cell(cell.cellIndex, cell.cellId)} (${cell.notebookPath})`, ...cellsOf(cell)]),
  ];
}

/** The cells, the most difficult first. */
export function Hard({ cells }: { cells: readonly CellDifficulty[] }) {
  return (
    <section aria-labelledby="hard" class="hard">
      <h3 id="hard">{r.hard}</h3>
      {cells.length === 0 ? (
        <p class="hint">{r.noHard}</p>
      ) : (
        <Scrollable class="wide" aria-labelledby="hard">
          <table data-testid="hard">
            <thead>
              <tr>
                {Object.values(r.columns).map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {cells.map((cell) => (
                <tr key={JSON.stringify([cell.notebookPath, cell.cellId])} data-cell-id={cell.cellId}>
                  <th scope="row">
                    {t.cell(cell.cellIndex, cell.cellId)}
                    <span class="notebook">{cell.notebookPath}</span>
                  </th>
                  {cellsOf(cell).map((value, place) => (
                    <td key={place}>{value}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scrollable>
      )}
    </section>
  );
}
