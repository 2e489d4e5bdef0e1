import { useState } from "preact/hooks";
import { language } from "../../i18n";
import { lastMinutes, localField, periodOf, today } from "../../state/replay";
import type { Period } from "../../state/route";
import "./replay.css";
import * as texts from "./texts";

const r = texts[language].replay;
const LESSON_MINUTES = 90;

interface Props {
  readonly now: number;
  /** The initial values; null for the last lesson. */
  readonly period: Period | null;
  readonly onReplay: (period: Period) => void;
  /** Opens the report of the period; without it, the form has no report button. */
  readonly onReport?: (period: Period) => void;
}

/** Chooses a past period, by form fields or with a button. */
export function PeriodForm({ now, period, onReplay, onReport }: Props) {
  const [first] = useState(() => period ?? lastMinutes(LESSON_MINUTES, now));
  const [start, setStart] = useState(localField(first.start));
  const [end, setEnd] = useState(localField(first.end));
  const [wrong, setWrong] = useState(false);
  const choose = (onChoose: (period: Period) => void) => {
    const found = periodOf(start, end);
    setWrong(found === null);
    if (found) onChoose(found);
  };
  return (
    <form
      class="period"
      aria-labelledby="replay"
      onSubmit={(event) => {
        event.preventDefault();
        choose(onReplay);
      }}
    >
      <h3 id="replay">{r.heading}</h3>
      <label>
        {r.from}{" "}
        <input type="datetime-local" required value={start} onInput={(event) => setStart(event.currentTarget.value)} />
      </label>
      <label>
        {r.to}{" "}
        <input type="datetime-local" required value={end} onInput={(event) => setEnd(event.currentTarget.value)} />
      </label>
      <button type="submit" class="button" data-testid="begin-replay">
        {r.begin}
      </button>
      {onReport && (
        <button type="button" class="button" onClick={() => choose(onReport)} data-testid="report-of">
          {r.report}
        </button>
      )}
      <button type="button" class="button" onClick={() => onReplay(lastMinutes(LESSON_MINUTES, now))}>
        {r.last(LESSON_MINUTES)}
      </button>
      <button type="button" class="button" onClick={() => onReplay(today(now))}>
        {r.today}
      </button>
      {wrong && (
        <p class="wrong" role="alert">
          {r.wrong}
        </p>
      )}
    </form>
  );
}
