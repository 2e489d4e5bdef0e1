import { ago, duration, t } from "../../i18n";
import { reasonOf } from "../../state/need";
import type { Standing } from "../../state/status";
import { Icon } from "../Icon";
import { Pure } from "../Pure";
import { h } from "./words";

export interface RowTexts {
  readonly why: string;
  readonly seen: string;
}

/** The row's texts, computed outside so that the row renders only when they change. */
export function rowTexts({ student, status, since, need }: Standing, now: number): RowTexts {
  const { reasons, snoozedUntil } = need;
  const { waitingSince, unresolvedStreak: streak } = student;
  const hand = reasonOf(reasons, "hand");
  const running = reasonOf(reasons, "running");
  const why = [
    snoozedUntil !== null && reasons.length > 0 && h.backIn(duration(snoozedUntil - now)),
    hand && t.why.help(duration(now - hand.since)),
    running && t.why.running(duration(now - running.since)),
    waitingSince !== null && status !== "idle" && t.why.waiting(duration(now - Date.parse(waitingSince))),
    streak > 0 && t.why.streak(streak, student.lastErrorName),
    status === "idle" && t.why.idle(duration(now - since)),
  ];
  return { why: why.filter(Boolean).join(" · "), seen: ago(now - Date.parse(student.lastSeen)) };
}

interface Props extends RowTexts, Pick<Standing, "student" | "status"> {
  readonly place: number;
  readonly name: string;
  readonly doubt: string | null;
  /** "clock 3 h slow", or empty. */
  readonly clock: string;
  /** The link to the student's page. */
  readonly href: string;
}

export class StudentRow extends Pure<Props> {
  override render({ student, status, why, seen, place, name, doubt, clock, href }: Props) {
    const cell = t.cell(student.cellIndex, student.cellId);
    return (
      <tr
        class={`student ${status}`}
        role="row"
        aria-rowindex={place}
        data-testid="student"
        data-user-id={student.userId}
        data-status={status}
      >
        <th scope="row" role="rowheader">
          <a class="name" href={href} title={doubt ?? undefined}>
            {name}
          </a>
          {clock && <span class="team">{clock}</span>}
          {student.teamName && <span class="team">{student.teamName}</span>}
        </th>
        <td class="status" role="cell">
          <span class="badge">
            <Icon status={status} />
            {t.status[status]}
          </span>
        </td>
        <td class="why" role="cell" data-testid="why">
          {why && <span class="words">{why}</span>}
        </td>
        <td class="where" role="cell" data-testid="where">
          <span class="cell">{cell}</span>
          {student.notebookPath && <span class="notebook">{student.notebookPath}</span>}
        </td>
        <td class="seen" role="cell">
          {seen}
        </td>
      </tr>
    );
  }
}
