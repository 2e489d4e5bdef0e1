import type { ErrorGroup } from "../../generated/api";
import { language, t, timeOfDay } from "../../i18n";
import { plain } from "../../state/plain";
import { Icon } from "../Icon";
import { ScrollableText } from "../Scrollable";
import * as texts from "./texts";

const e = texts[language];

interface Props {
  readonly group: ErrorGroup;
  /** The student of the example. */
  readonly name: string;
  readonly href: string;
  /** Whether the example is open. */
  readonly open?: boolean;
}

/** One error of one cell. Code and message are rendered as text only. */
export function Group({ group, name, href, open = false }: Props) {
  const {
    errorName,
    message,
    notebookPath,
    cellIndex,
    cellId,
    students,
    unsolved,
    runs,
    firstTime,
    lastTime,
    example,
  } = group;
  const cell = t.cell(cellIndex, cellId) || e.noCell;
  return (
    <li class={unsolved > 0 ? "group error" : "group active"} data-testid="error-group" data-cell-id={cellId ?? ""}>
      <p class="line">
        <span class="count">{e.students(students)}</span>
        <span class="badge">
          <Icon status={unsolved > 0 ? "error" : "active"} />
          {errorName}
        </span>
        {message && <span class="message">{message}</span>}
      </p>
      <p class="line soft">
        <span>{cell}</span>
        {notebookPath && <span>{notebookPath}</span>}
        {cellId !== null && <span>{e.unsolved(unsolved)}</span>}
        <span>{e.runs(runs)}</span>
        <span>{e.times(timeOfDay(Date.parse(firstTime)), timeOfDay(Date.parse(lastTime)))}</span>
      </p>
      <details open={open}>
        <summary>{e.example}</summary>
        {example.code === null && example.errorMessage === null && example.result === null && (
          <p class="soft">{e.gone}</p>
        )}
        {example.code !== null && <ScrollableText aria-label={e.code}>{example.code}</ScrollableText>}
        {example.errorMessage !== null && (
          <ScrollableText class="told-error" aria-label={e.error}>
            {plain(example.errorMessage)}
          </ScrollableText>
        )}
        {example.result !== null && <ScrollableText aria-label={e.output}>{plain(example.result)}</ScrollableText>}
        <a href={href}>{e.of(name)}</a>
      </details>
    </li>
  );
}
