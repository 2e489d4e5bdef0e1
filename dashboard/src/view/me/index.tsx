import { useEffect, useRef, useState } from "preact/hooks";
import type { StudentDataExport } from "../../generated/api";
import { language, t } from "../../i18n";
import { Failed, Refused } from "../../session/http";
import { fetchKept, withdraw, withPage } from "../../session/me";
import { Problem } from "../Problem";
import { KeptPage } from "./KeptPage";
import "./me.css";
import * as texts from "./texts";

const w = texts[language];

/** The "About me" page: what is kept about the student with this token, which stays in memory. */
export function MePage() {
  const [token, setToken] = useState("");
  const [kept, setKept] = useState<StudentDataExport | null>(null);
  const [cleared, setCleared] = useState<number | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    document.title = `${w.title} – ${t.title}`;
  }, []);
  const shown = kept !== null;
  useEffect(() => {
    if (shown) heading.current?.focus();
  }, [shown]);

  const trying = async (action: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await action();
    } catch (error) {
      console.warn("the stored data could not be loaded", error);
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  const more = () =>
    trying(async () => {
      if (kept && kept.next !== null) setKept(withPage(kept, await fetchKept(token, kept.next)));
    });
  const all = async (): Promise<StudentDataExport> => {
    let found = await fetchKept(token, null);
    while (found.next !== null) found = withPage(found, await fetchKept(token, found.next));
    return found;
  };

  return (
    <main class="me">
      <h1 ref={heading} tabIndex={-1}>
        {w.title}
      </h1>
      {kept === null ? (
        <form
          class="stacked"
          onSubmit={(event) => {
            event.preventDefault();
            void trying(async () => setKept(await fetchKept(token, null)));
          }}
        >
          <p>{w.explain}</p>
          <label>
            {w.token}
            <input
              type="password"
              autocomplete="off"
              spellcheck={false}
              required
              value={token}
              // A copied line break is not part of the token.
              onInput={(event) => setToken(event.currentTarget.value.trim())}
            />
          </label>
          <button type="submit" class="button primary" aria-disabled={busy}>
            {w.show}
          </button>
        </form>
      ) : (
        <KeptPage
          kept={kept}
          busy={busy}
          onMore={() => void more()}
          onAll={(save) => void trying(async () => save(await all()))}
          cleared={cleared}
          onWithdraw={(level) =>
            void trying(async () => {
              setCleared((await withdraw(token, level)).cleared);
              setKept(await fetchKept(token, null));
            })
          }
          onForget={() => {
            setKept(null);
            setCleared(null);
            setToken("");
          }}
        />
      )}
      <Problem text={problem} />
      {kept === null && (
        <p>
          <a href="#/">{w.teacher}</a>
        </p>
      )}
    </main>
  );
}

function problemOf(error: unknown): string {
  if (error instanceof Refused) return w.refused;
  if (!(error instanceof Failed) || error.status >= 500) return w.failed;
  return error.status === 429 ? w.tooMany(error.retryAfter ?? 1) : w.refused;
}
