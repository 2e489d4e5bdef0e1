import { useState } from "preact/hooks";
import { t } from "../i18n";
import type { Person } from "../session/session";

interface Props {
  readonly person: Person;
  readonly onChoose: (useLink: boolean) => Promise<void>;
}

/** The address holds a one-time link, and somebody is signed in: asks before the link replaces the session. */
export function AskLink({ person, onChoose }: Props) {
  const [busy, setBusy] = useState(false);
  const choose = (useLink: boolean) => {
    if (busy) return;
    setBusy(true);
    void onChoose(useLink);
  };
  return (
    <main class="sign-in" data-testid="ask-link">
      <h1>{t.askLink.heading}</h1>
      <p>{t.askLink.who(person.email ?? person.name)}</p>
      <p>{t.askLink.explain}</p>
      <div class="buttons">
        <button type="button" class="button primary" aria-disabled={busy} onClick={() => choose(false)}>
          {t.askLink.stay}
        </button>
        <button type="button" class="button" aria-disabled={busy} onClick={() => choose(true)}>
          {t.askLink.use}
        </button>
      </div>
    </main>
  );
}
