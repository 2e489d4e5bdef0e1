import { useState } from "preact/hooks";
import { language } from "../../i18n";
import { shortened } from "../../state/plain";
import { ScrollableText } from "../Scrollable";
import * as texts from "./texts";

const s = texts[language];
const SHOWN_LINES = 30;

/** Code or output of a student: the first lines, and all of it on demand. */
export function Text({ name, text, kind }: { name: string; text: string; kind: string }) {
  const [all, setAll] = useState(false);
  const short = shortened(text, SHOWN_LINES);
  return (
    <figure class={`text ${kind}`}>
      <figcaption>{name}</figcaption>
      {all ? (
        <ScrollableText class="all" aria-label={name}>
          {text}
        </ScrollableText>
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
