import type { AbsentStudent } from "../../generated/api";
import type { StudentProgress } from "../../generated/wire";
import { ago } from "../../i18n";
import type { PageProps } from "../page";
import { h } from "./words";

interface AbsentProps extends Pick<PageProps, "who"> {
  readonly absent: readonly AbsentStudent[];
  /** Whether names are hidden: then the number only is shown. */
  readonly hidden: boolean;
}

/** The students on the roster who have sent nothing. */
export function Absent({ absent, hidden, who }: AbsentProps) {
  if (absent.length === 0) return null;
  if (hidden) return <p data-testid="absent">{h.absent(absent.length)}</p>;
  return (
    <details class="apart" data-testid="absent">
      <summary>{h.absent(absent.length)}</summary>
      <ul>
        {absent.map(({ userId, userName, teamName }) => (
          <li key={userId}>
            {userName ?? who(userId)}
            {teamName && <span class="team">{teamName}</span>}
          </li>
        ))}
      </ul>
    </details>
  );
}

interface TeachersProps extends Pick<PageProps, "who" | "link" | "now"> {
  readonly teachers: readonly StudentProgress[];
}

/** The members of the class who have run cells: they count nowhere, and their pages still open. */
export function Teachers({ teachers, who, link, now }: TeachersProps) {
  if (teachers.length === 0) return null;
  return (
    <details class="apart" data-testid="teachers">
      <summary>{h.teachers(teachers.length)}</summary>
      <ul>
        {teachers.map(({ userId, lastSeen }) => (
          <li key={userId}>
            <a href={link({ view: "student", userId })}>{who(userId)}</a>
            <span class="team">{ago(now - Date.parse(lastSeen))}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
