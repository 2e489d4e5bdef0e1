import type { NeedKind } from "../../generated/wire";
import type { Status } from "../../state/status";
import { Icon } from "../Icon";
import { Pure } from "../Pure";
import { Attend, type AttendProps } from "./Attend";

/** The status whose colours a reason uses. */
const LOOKS: Record<NeedKind, Status> = { hand: "help", streak: "stuck", running: "running", behind: "idle" };

interface Props extends AttendProps {
  readonly kind: NeedKind;
  readonly why: string;
  /** Who is with the student; empty if nobody is. */
  readonly claim: string;
  readonly note: string | null;
  readonly href: string;
  /** False in a replay, which cannot be changed. */
  readonly live: boolean;
}

/** One student in the queue. */
export class Entry extends Pure<Props> {
  override render({ kind, why, claim, note, href, live, ...attend }: Props) {
    const { student, name } = attend;
    return (
      <li
        class={`need ${LOOKS[kind]}${claim ? " claimed" : ""}`}
        data-testid="need"
        data-user-id={student.userId}
        data-kind={kind}
      >
        <Icon status={LOOKS[kind]} />
        <div class="who">
          <a class="name" href={href}>
            {name}
          </a>
          {student.teamName && <span class="team">{student.teamName}</span>}
        </div>
        <div class="reasons">
          <span data-testid="reason">{why}</span>
          {claim && (
            <span class="claim" data-testid="claim">
              {claim}
            </span>
          )}
          {note && (
            <q class="note" data-testid="note">
              {note}
            </q>
          )}
        </div>
        {live && <Attend {...attend} />}
      </li>
    );
  }
}
