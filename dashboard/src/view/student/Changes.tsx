import { useMemo, useState } from "preact/hooks";
import { language } from "../../i18n";
import { aroundChanges, changes, type DiffLine, lineDiff } from "../../state/diff";
import { ScrollableText } from "../Scrollable";
import * as texts from "./texts";

const s = texts[language];
const CONTEXT_LINES = 3;
const SIGNS: Record<DiffLine["sign"], [string, string]> = {
  "+": ["+", "added"],
  "-": ["-", "removed"],
  " ": [" ", "same"],
};

/** The difference from the code of the previous run. */
export function Changes({ before, after }: { before: string; after: string }) {
  const [open, setOpen] = useState(false);
  const lines = useMemo(() => lineDiff(before, after), [before, after]);
  const { added, removed } = changes(lines);
  if (added + removed === 0) return <p class="soft">{s.unchanged}</p>;
  return (
    <details class="changes" data-testid="changes" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{s.changed(added, removed)}</summary>
      {open && (
        <ScrollableText class="all" aria-label={s.changed(added, removed)}>
          {aroundChanges(lines, CONTEXT_LINES).map((line, place) => {
            if ("skipped" in line) return <span key={place} class="skipped">{`${s.skipped(line.skipped)}\n`}</span>;
            const [sign, look] = SIGNS[line.sign];
            return <span key={place} class={look}>{`${sign} ${line.text}\n`}</span>;
          })}
        </ScrollableText>
      )}
    </details>
  );
}
