import type { StoredEvent } from "../../generated/api";
import { language, t } from "../../i18n";
import { plain } from "../../state/plain";
import { isRun } from "../../state/timeline";
import { Icon, type Look } from "../Icon";
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

export function describeEvent(event: StoredEvent): [Look, string] {
  if (isRun(event)) return describeRun(event);
  const { eventType } = event;
  if (eventType === "cell_executed") return ["active", s.event.rendered];
  if (eventType === "cell_aborted") return ["aborted", describeAbort(event)];
  const look = LOOKS[eventType];
  return look && isNamed(eventType) ? [look, s.event[eventType]] : ["idle", eventType];
}

/** The looks of the events that have words. */
const LOOKS: Readonly<Record<string, Look>> = {
  help: "help",
  help_stop: "help",
  cell_started: "running",
  cell_queued: "queued",
  cell_waiting: "waiting",
  cell_selected: "idle",
  cell_empty: "idle",
  kernel_restarted: "interrupted",
  kernel_died: "stuck",
  notebook_opened: "idle",
  notebook_saved: "idle",
  notebook_closed: "idle",
  notebook_renamed: "idle",
};

function isNamed(eventType: string): eventType is keyof typeof s.event {
  return Object.hasOwn(s.event, eventType);
}

function describeRun(event: StoredEvent): [Look, string] {
  if (!event.hasError) return ["active", s.event.worked];
  if (event.expectedError === true) return ["active", s.event.expected];
  // The first line, or the last one of a traceback.
  if (/^KeyboardInterrupt\b/m.test(plain(event.errorMessage ?? ""))) return ["interrupted", s.event.interrupted];
  return ["error", s.event.failed];
}

function describeAbort({ reason }: StoredEvent): string {
  const words = typeof reason === "string" && Object.hasOwn(s.aborted, reason) ? s.aborted[reason] : undefined;
  return words ? s.because(s.event.cell_aborted, words) : s.event.cell_aborted;
}
