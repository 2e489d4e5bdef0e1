import { useCallback, useMemo, useState } from "preact/hooks";
import { t } from "../i18n";
import { ManageApi } from "../session/manage";
import type { Person, Session } from "../session/session";
import { formatRoute, HOME, namesClass } from "../state/route";
import { NewClass } from "./NewClass";
import { Shell } from "./Shell";
import { SignOut } from "./SignOut";
import { useMine } from "./useMine";
import type { Leave } from "./useSession";

interface Props {
  readonly session: Session;
  readonly person: Person;
  readonly leave: Leave;
}

/** Opens the class in the address, else one of the user's own. */
export function Entry({ session, person, leave }: Props) {
  const manage = useMemo(() => new ManageApi(session.token), [session]);
  const mine = useMine(manage);
  const [chosen, setChosen] = useState(() => person.operator || namesClass(location.hash));
  const [making, setMaking] = useState(false);
  const onRefused = useCallback(() => session.end("ended"), [session]);

  const enter = (classId: string) => {
    history.replaceState(history.state, "", formatRoute({ ...HOME, classId }));
    setChosen(true);
  };
  if (chosen) {
    return <Shell tokens={session.token} {...{ manage, mine, person, leave, onRefused }} />;
  }
  if (mine.classes === null && !mine.failed) return <p class="hint">{t.loading}</p>;
  const first = mine.classes?.find(({ classId }) => classId === HOME.classId) ?? mine.classes?.[0];
  // If the list is unavailable, the class page shows the problem.
  if (first || mine.classes === null) {
    enter(first?.classId ?? HOME.classId);
    return null;
  }
  return (
    <main class="sign-in">
      <h1>{t.noClass.heading}</h1>
      <p>{t.noClass.explain(person.email ?? person.name)}</p>
      {person.mayCreateClasses && <p>{t.noClass.create}</p>}
      <div class="buttons">
        {person.mayCreateClasses && (
          <button type="button" class="button primary" onClick={() => setMaking(true)}>
            {t.newClass.open}
          </button>
        )}
        <button type="button" class="button" onClick={mine.look}>
          {t.noClass.look}
        </button>
        <SignOut leave={leave} />
      </div>
      {making && (
        <NewClass
          manage={manage}
          onClose={() => setMaking(false)}
          onMade={(classId) => {
            void mine.look();
            enter(classId);
          }}
        />
      )}
    </main>
  );
}
