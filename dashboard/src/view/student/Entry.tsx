import type { StoredEvent } from "../../generated/api";
import { language, t } from "../../i18n";
import { plain } from "../../state/plain";
import type { Status } from "../../state/status";
import { isRun } from "../../state/timeline";
import { Icon } from "../Icon";
import { Pure } from "../Pure";
import { Changes } from "./Changes";
import { Text } from "./Text";
import * as texts from "./texts";
import { when } from "./when";

const s = texts[language];

interface Props {
  readonly event: StoredEvent;
  /** The code of the same cell's previous run. */
  readonly before: string | undefined;
}

/** One event. Student text is rendered as text only, never as markup. */
export class Entry extends Pure<Props> {
  override render({ event, before }: Props) {
    const run = isRun(event);
    const [look, words] = describeEvent(event);
    const cell = t.cell(event.cellIndex ?? null, event.cellId ?? null);
    return (
      <li class={`event ${look}`} data-testid="event" data-event-id={event.eventId}>
        <p class="line">
          <time dateTime={event.eventTime}>{when(event.eventTime)}</time>
          {cell && <span class="cell">{cell}</span>}
          <span class="badge">
            <Icon status={look} />
            {words}
          </span>
          {run && event.executionCount != null && <span class="soft">{s.count(event.executionCount)}</span>}
          {run && event.executionDurationMs != null && <span class="soft">{s.took(event.executionDurationMs)}</span>}
          {event.notebookPath && <span class="soft notebook">{event.notebookPath}</span>}
        </p>
        {run && (event.code ? <Text name={s.code} text={event.code} kind="code" /> : <p class="soft">{s.noCode}</p>)}
        {run && event.code && before !== undefined && <Changes before={before} after={event.code} />}
        {event.result && <Text name={s.result} text={plain(event.result)} kind="result" />}
        {event.errorMessage && <Text name={s.error} text={plain(event.errorMessage)} kind="error" />}
      </li>
    );
  }
}

export function describeEvent(event: StoredEvent): [Status, string] {
  if (isRun(event)) return event.hasError ? ["error", s.event.failed] : ["active", s.event.worked];
  const { eventType } = event;
  if (eventType === "cell_executed") return ["active", s.event.rendered];
  if (eventType === "help" || eventType === "help_stop") return ["help", s.event[eventType]];
  if (eventType === "cell_started") return ["running", s.event.cell_started];
  if (eventType === "notebook_opened" || eventType === "notebook_saved" || eventType === "notebook_closed") {
    return ["idle", s.event[eventType]];
  }
  return ["idle", eventType];
}
