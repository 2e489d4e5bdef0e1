import type { MyClass } from "../generated/api";
import { t } from "../i18n";
import type { Person } from "../session/session";
import { formatRoute, HOME } from "../state/route";
import { SignOut } from "./SignOut";
import type { Leave } from "./useSession";

interface Props {
  readonly classId: string;
  readonly person: Person;
  readonly classes: readonly MyClass[];
  readonly onAgain: () => void;
  readonly leave: Leave;
}

/** Shown for a class that does not exist or that the user may not open: the server does not distinguish the two. */
export function ClosedClass({ classId, person, classes, onAgain, leave }: Props) {
  return (
    <section class="closed" data-testid="closed" aria-labelledby="closed-heading">
      <h2 id="closed-heading">{t.closed.heading}</h2>
      <p role="alert">{t.closed.explain(classId)}</p>
      <p>{t.closed.who(person.email ?? person.name)}</p>
      {classes.length > 0 && (
        <>
          <h3>{t.closed.others}</h3>
          <ul>
            {classes.map((found) => (
              <li key={found.classId}>
                <a href={formatRoute({ ...HOME, classId: found.classId })}>{found.title || found.classId}</a>
              </li>
            ))}
          </ul>
        </>
      )}
      <div class="buttons">
        <button type="button" class="button" onClick={onAgain}>
          {t.again}
        </button>
        <SignOut leave={leave} />
      </div>
    </section>
  );
}
