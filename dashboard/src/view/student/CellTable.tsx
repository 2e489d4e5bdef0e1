import { useLayoutEffect, useRef } from "preact/hooks";
import type { CellProgress } from "../../generated/api";
import type { CellStatus } from "../../generated/wire";
import { language, t } from "../../i18n";
import type { Route } from "../../state/route";
import { Icon, type Look } from "../Icon";
import { Scrollable } from "../Scrollable";
import * as texts from "./texts";
import { when } from "./when";

const s = texts[language];
export const LOOKS: Record<CellStatus, Look> = {
  ok: "active",
  error: "error",
  running: "running",
  waiting: "waiting",
  queued: "queued",
  interrupted: "interrupted",
  aborted: "aborted",
};

interface Props {
  readonly cells: readonly CellProgress[];
  readonly chosen: { readonly notebook: string | null; readonly cellId: string | null };
  readonly link: (change: Partial<Route>) => string;
}

/** The student's cells in the notebook's order. A cell's link filters the timeline. */
export function CellTable({ cells, chosen, link }: Props) {
  const box = useRef<HTMLElement>(null);
  const known = cells.length > 0;
  useLayoutEffect(() => {
    const row = box.current?.querySelector<HTMLElement>(".current");
    if (!box.current || !row) return;
    const { scrollTop, clientHeight } = box.current;
    const head = box.current.querySelector("thead")?.clientHeight ?? 0;
    // Scrolls the table only: the page must not move when a link in it is used.
    if (row.offsetTop - head < scrollTop || row.offsetTop + row.offsetHeight > scrollTop + clientHeight) {
      box.current.scrollTop = row.offsetTop - (clientHeight - row.offsetHeight) / 2;
    }
  }, [known, chosen.notebook, chosen.cellId]);
  if (!known) return <p class="hint">{s.noCells}</p>;
  return (
    <Scrollable box={box} class="wide" aria-label={s.cells}>
      <table class="cells" data-testid="cells">
        <thead>
          <tr>
            {[
              s.columns.cell,
              s.columns.status,
              s.columns.attempts,
              s.columns.errors,
              s.columns.lastError,
              s.columns.lastRun,
            ].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {inOrder(cells).map((cell) => {
            const current = cell.notebookPath === chosen.notebook && cell.cellId === chosen.cellId;
            return (
              <tr
                key={JSON.stringify([cell.notebookPath, cell.cellId])}
                class={current ? "current" : ""}
                data-testid="cell"
                data-cell-id={cell.cellId}
              >
                <th scope="row">
                  <a href={link({ notebook: cell.notebookPath, cellId: cell.cellId })} aria-current={current}>
                    {t.cell(cell.cellIndex, cell.cellId)}
                  </a>
                  <span class="notebook">{cell.notebookPath}</span>
                </th>
                <td class={LOOKS[cell.status]}>
                  <span class="badge">
                    <Icon status={LOOKS[cell.status]} />
                    {s.status[cell.status]}
                  </span>
                </td>
                <td class="number">{cell.attempts}</td>
                <td class="number">{cell.errors}</td>
                <td>{cell.lastErrorName}</td>
                <td class="number">{cell.lastRun !== null && when(cell.lastRun)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scrollable>
  );
}

function inOrder(cells: readonly CellProgress[]): CellProgress[] {
  const rank = (cell: CellProgress) => cell.cellIndex ?? Number.MAX_SAFE_INTEGER;
  return [...cells].sort((one, other) => one.notebookPath.localeCompare(other.notebookPath) || rank(one) - rank(other));
}
