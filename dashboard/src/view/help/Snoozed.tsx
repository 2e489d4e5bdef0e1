import { duration } from "../../i18n";
import { type Need, snoozedUntil } from "../../state/need";
import type { PageProps } from "../page";
import { h, reasonWords } from "./words";

interface Props extends Pick<PageProps, "now" | "who"> {
  readonly needs: readonly Need[];
  readonly href: (userId: string) => string;
}

/** Whom a teacher has put off, folded away. */
export function Snoozed({ needs, now, who, href }: Props) {
  if (needs.length === 0) return null;
  return (
    <details class="snoozed" data-testid="snoozed">
      <summary>{h.snoozed(needs.length)}</summary>
      <ul>
        {needs.map((need) => (
          <li key={need.student.userId}>
            <a class="name" href={href(need.student.userId)}>
              {who(need.student.userId)}
            </a>{" "}
            <span>{h.backIn(duration(snoozedUntil(need.student) - now))}</span>{" "}
            <span class="why">{reasonWords(need, now)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
