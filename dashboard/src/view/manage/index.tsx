import { manages } from "../../session/manage";
import { teamsOf } from "../../state/filters";
import { Again } from "../Again";
import type { HelpProps } from "../help";
import { Problem } from "../Problem";
import { useSaving } from "../useSaving";
import { Basics } from "./Basics";
import { Keys } from "./Keys";
import "./manage.css";
import { Members } from "./Members";
import { Roster } from "./Roster";
import { m } from "./words";

/** The settings of a class: what is kept, who may see it, and who may send events. */
export function ManagePage({ manage, mine, person, route, everyone, hidden }: HelpProps) {
  const { classId } = route;
  const own = mine.classes?.find((found) => found.classId === classId);
  if (mine.classes === null)
    return mine.failed ? <Again onClick={() => void mine.look()} /> : <p class="hint">{m.loading}</p>;
  if (!own && person.operator) return <Register manage={manage} classId={classId} onMade={mine.look} />;
  if (!own || !manages(own)) return <p class="hint">{m.notYours}</p>;
  return (
    <article class="manage">
      <h2>{m.heading(own.title || classId)}</h2>
      <Basics manage={manage} own={own} onChanged={mine.look} />
      {(person.operator || own.role === "instructor") && (
        <Members manage={manage} classId={classId} teams={teamsOf(everyone, null)} />
      )}
      <Keys manage={manage} classId={classId} studentsOnly={own.studentsOnly} />
      <Roster manage={manage} classId={classId} pseudonymous={own.pseudonymous} hidden={hidden} />
    </article>
  );
}

/** A class that was created by its events, which the operator can register. */
function Register({
  manage,
  classId,
  onMade,
}: Pick<HelpProps, "manage"> & { classId: string; onMade: () => Promise<void> }) {
  const { busy, problem, save } = useSaving();
  const register = async () => {
    await manage.register(classId, { title: classId });
    await onMade();
  };
  return (
    <article class="manage">
      <h2>{m.register.heading}</h2>
      <p>{m.register.explain}</p>
      <Problem text={problem} />
      <button
        type="button"
        class="button primary"
        aria-disabled={busy}
        onClick={() => void save(register)}
        data-testid="register"
      >
        {m.register.submit}
      </button>
    </article>
  );
}
