import type { SessionLine } from "../../generated/api";
import { dayAndTime, language } from "../../i18n";
import type { Route } from "../../state/route";
import { clockWords } from "../clockWords";
import { Scrollable } from "../Scrollable";
import * as texts from "./texts";

const s = texts[language].sessions;

interface Props {
  readonly sessions: readonly SessionLine[];
  readonly chosen: string | null;
  readonly link: (change: Partial<Route>) => string;
}

/** The student's sessions apart. A session's link filters the timeline. */
export function Sessions({ sessions, chosen, link }: Props) {
  if (sessions.length < 2) return null;
  return (
    <section aria-labelledby="sessions">
      <h3 id="sessions">{s.heading}</h3>
      <Scrollable class="wide" aria-label={s.heading}>
        <table class="cells" data-testid="sessions">
          <thead>
            <tr>
              {[s.session, s.since, s.seen, s.notebook, s.events, s.runs, s.errors].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sessions.map((found) => (
              <tr key={found.sessionId} class={found.sessionId === chosen ? "current" : ""} data-testid="session">
                <th scope="row">
                  <a
                    href={link({ session: found.sessionId, notebook: null, cellId: null })}
                    aria-current={found.sessionId === chosen}
                  >
                    {found.sessionId || s.none}
                  </a>
                  <span class="notebook">{clockWords(found)}</span>
                </th>
                <td class="number">{dayAndTime(Date.parse(found.since))}</td>
                <td class="number">{dayAndTime(Date.parse(found.lastSeen))}</td>
                <td>{found.notebookPath}</td>
                <td class="number">{found.events}</td>
                <td class="number">{found.runs}</td>
                <td class="number">{found.errors}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrollable>
    </section>
  );
}
