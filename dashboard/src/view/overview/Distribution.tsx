import { language, t } from "../../i18n";
import type { Distribution as Found } from "../../state/distribution";
import * as texts from "./texts";

const o = texts[language];

/** A bar for each cell; its length is the number of students. */
export function Distribution({ distribution, href }: { distribution: Found; href: string }) {
  const { bars, atNone, elsewhere } = distribution;
  const most = Math.max(1, ...bars.map(({ students }) => students));
  return (
    <section class="distribution" aria-labelledby="distribution" data-testid="distribution">
      <h3 id="distribution">{o.distribution}</h3>
      {bars.length === 0 && <p class="hint">{o.nobody}</p>}
      <ol>
        {bars.map(({ cellId, cellIndex, students, median }) => (
          <li key={cellId} data-cell-id={cellId} data-students={students}>
            <a href={href}>{t.cell(cellIndex, cellId)}</a>
            <span class={median ? "bar middle" : "bar"} style={{ "--part": students / most }} />
            <span class="count">{students}</span>
            {median && <span class="soft">{o.median}</span>}
          </li>
        ))}
      </ol>
      {atNone > 0 && <p class="soft">{o.atNone(atNone)}</p>}
      {elsewhere > 0 && <p class="soft">{o.elsewhere(elsewhere)}</p>}
    </section>
  );
}
