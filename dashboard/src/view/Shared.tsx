import type { StudentProgress } from "../generated/wire";
import { t } from "../i18n";
import { isShared } from "../state/counted";
import type { PageProps } from "./page";

interface Props extends Pick<PageProps, "who" | "now"> {
  readonly students: Iterable<StudentProgress>;
}

/** Warns of ids that several students use at once, as when everybody kept the client's default address. */
export function Shared({ students, who, now }: Props) {
  const shared = [...students].filter((student) => isShared(student, now));
  return (
    <>
      {shared.map(({ userId, sessions }) => (
        <p key={userId} class="away-note" role="status" data-testid="shared">
          {t.shared(who(userId), sessions)}
        </p>
      ))}
    </>
  );
}
