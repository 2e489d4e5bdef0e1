import { useEffect, useRef, useState } from "preact/hooks";
import { language, timeOfDay } from "../../i18n";
import { playable, played, SPEEDS, type Speed } from "../../state/replay";
import type { Route } from "../../state/route";
import { PeriodForm } from "./PeriodForm";
import "./replay.css";
import * as texts from "./texts";

const r = texts[language].replay;
const STEP_MS = 1000;

interface Props {
  readonly route: Route;
  /** The server's time. */
  readonly now: number;
  readonly go: (change: Partial<Route>, replace?: boolean) => void;
}

/** The position of a replay: a slider and a play button. */
export function ReplayBar({ route, now, go }: Props) {
  const { period } = route;
  const [playing, setPlaying] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const [speed, setSpeed] = useState<Speed>(10);
  const latest = useRef(period);
  latest.current = period;

  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => {
      if (!latest.current) return;
      const next = played(latest.current, speed, STEP_MS);
      go({ period: next }, true);
      if (next.at >= next.end) setPlaying(false);
    }, STEP_MS);
    return () => clearInterval(timer);
  }, [playing, speed, go]);

  if (period === null) return null;
  const onPlay = () => {
    if (!playing) go({ period: playable(period) }, true);
    setPlaying(!playing);
  };
  return (
    <div class="replay-bar" data-testid="replay-bar">
      <button type="button" class="button" aria-pressed={playing} onClick={onPlay}>
        {playing ? r.pause : r.play}
      </button>
      <label>
        {r.speed}{" "}
        <select value={speed} onChange={(event) => setSpeed(Number(event.currentTarget.value) as Speed)}>
          {SPEEDS.map((choice) => (
            <option key={choice} value={choice}>
              {r.times(choice)}
            </option>
          ))}
        </select>
      </label>
      <input
        type="range"
        aria-label={r.moment}
        aria-valuetext={timeOfDay(period.at)}
        min={period.start}
        max={period.end}
        step={1000}
        value={period.at}
        onInput={(event) => go({ period: { ...period, at: Number(event.currentTarget.value) } }, true)}
        data-testid="moment"
      />
      <output>{timeOfDay(period.at)}</output>
      <button
        type="button"
        class="button"
        aria-expanded={choosing}
        onClick={() => setChoosing(!choosing)}
        data-testid="other-period"
      >
        {r.other}
      </button>
      {choosing && (
        <PeriodForm
          now={now}
          period={period}
          onReplay={(chosen) => {
            setPlaying(false);
            setChoosing(false);
            go({ period: chosen });
          }}
        />
      )}
    </div>
  );
}
