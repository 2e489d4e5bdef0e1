import { t } from "../i18n";
import { type Doubt, spelled } from "../state/lookalikes";

/** Explains a doubt, with the code points of the unusual characters. */
export function doubtText(doubt: Doubt): string {
  const text = spelled(doubt.text);
  if (doubt.kind === "alike") return t.names.doubt.alike(text, doubt.others.map(spelled).join(", "));
  return t.names.doubt[doubt.kind](text);
}

export function doubtOf(doubts: ReadonlyMap<string, Doubt>, userId: string): string | null {
  const doubt = doubts.get(userId);
  return doubt ? doubtText(doubt) : null;
}

/** A visible mark with its explanation. */
export function Doubtful({ text }: { text: string | null }) {
  return text === null ? null : (
    <small class="doubt" title={text} data-testid="doubt">
      ⚠ {text}
    </small>
  );
}
