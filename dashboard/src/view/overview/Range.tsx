import { language } from "../../i18n";
import type { Minutes } from "../../state/route";
import * as texts from "./texts";

const o = texts[language];
const CHOICES: readonly Minutes[] = [15, 60, null];

/** Chooses how many minutes the charts show. */
export function Range({ minutes, onChoose }: { minutes: Minutes; onChoose: (minutes: Minutes) => void }) {
  return (
    <fieldset class="buttons range" aria-label={o.range}>
      {CHOICES.map((choice) => (
        <button
          key={String(choice)}
          type="button"
          class="button"
          aria-pressed={choice === minutes}
          onClick={() => onChoose(choice)}
        >
          {choice === null ? o.all : o.minutes(choice)}
        </button>
      ))}
    </fieldset>
  );
}
