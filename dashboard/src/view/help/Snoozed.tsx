import { duration } from "../../i18n";
import type { Waiting } from "../../state/queue";
import type { PageProps } from "../page";
import { h, reasonWords } from "./words";

interface Props extends Pick<PageProps, "now" | "who"> {
  readonly needs: readonly Waiting[];
  readonly href: (userId: string) => string;
}

/** The snoozed students, in a disclosure. */
export function Snoozed({ needs, now, who, href }: Props) {
  if (needs.length === 0) return null;
  return (
    <details class="snoozed" data-testid="snoozed">
      <summary>{h.snoozed(needs.length)}</summary>
      <ul>
        {needs.map(({ student, need }) => (
          <li key={student.userId}>
            <a class="name" href={href(student.userId)}>
              {who(student.userId)}
            </a>{" "}
            <span>{h.backIn(duration((need.snoozedUntil ?? now) - now))}</span>{" "}
            <span class="why">{reasonWords(student, need.reasons, now)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
