import { useState } from "preact/hooks";
import { language } from "../../i18n";
import { shortened } from "../../state/plain";
import * as texts from "./texts";

const s = texts[language];
const SHOWN_LINES = 30;

/** What a student wrote or a program said: the beginning of it, and all of it on demand. */
export function Text({ name, text, kind }: { name: string; text: string; kind: string }) {
  const [all, setAll] = useState(false);
  const short = shortened(text, SHOWN_LINES);
  return (
    <figure class={`text ${kind}`}>
      <figcaption>{name}</figcaption>
      {all ? (
        <pre class="all" role="group" tabIndex={0} aria-label={name}>
          {text}
        </pre>
      ) : (
        <pre>{short.text}</pre>
      )}
      {short.cut && (
        <button type="button" class="button" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? s.less : s.more(short.hidden)}
        </button>
      )}
    </figure>
  );
}
