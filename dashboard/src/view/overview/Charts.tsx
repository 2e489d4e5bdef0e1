import { useMemo } from "preact/hooks";
import type { Minute, Pace } from "../../generated/api";
import { language } from "../../i18n";
import { Chart } from "../chart";
import * as texts from "./texts";

const o = texts[language];
const share = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const TABLE = { tableTitle: o.numbers, timeTitle: o.time };

export function PaceChart({ pace }: { pace: Pace }) {
  const { minutes, cells } = pace;
  const times = useMemo(() => minutes.map(({ start }) => Date.parse(start)), [minutes]);
  const lines = useMemo(
    () => [
      { label: o.lower, values: minutes.map(({ lower }) => lower), colour: "--accent" as const, edge: true },
      { label: o.middle, values: minutes.map(({ median }) => median), colour: "--accent" as const },
      { label: o.upper, values: minutes.map(({ upper }) => upper), colour: "--accent" as const, edge: true },
    ],
    [minutes],
  );
  const last = minutes.at(-1);
  if (!last) return null;
  const caption = o.paceCaption(number.format(last.median), cells, number.format(last.lower));
  return (
    <Chart title={o.pace} caption={caption} times={times} lines={lines} band top={Math.max(1, cells)} {...TABLE} />
  );
}

/** Drops the minutes before the first event of a day. */
export function fromFirst(minutes: readonly Minute[]): readonly Minute[] {
  const first = minutes.findIndex(({ events }) => events > 0);
  return first < 0 ? [] : minutes.slice(first);
}

/** `fullPeriod`: the caption describes all minutes, not the last one, as for a finished lesson. */
export function ActivityCharts({ minutes, fullPeriod = false }: { minutes: readonly Minute[]; fullPeriod?: boolean }) {
  const times = useMemo(() => minutes.map(({ start }) => Date.parse(start)), [minutes]);
  const runs = useMemo(
    () => [{ label: o.runs, values: minutes.map((minute) => minute.runs), colour: "--active" as const }],
    [minutes],
  );
  const rate = useMemo(
    () => [
      {
        label: o.rate,
        values: minutes.map((minute) => (minute.runs > 0 ? (100 * minute.errors) / minute.runs : null)),
        colour: "--stuck" as const,
      },
    ],
    [minutes],
  );
  const all = minutes.reduce((sum, minute) => sum + minute.runs, 0);
  const failed = minutes.reduce((sum, minute) => sum + minute.errors, 0);
  return (
    <>
      <Chart
        title={o.activity}
        caption={fullPeriod ? ofAll(minutes, all) : ofLast(minutes)}
        times={times}
        lines={runs}
        {...TABLE}
      />
      <Chart
        title={o.errors}
        caption={all > 0 ? o.errorsCaption(share.format(failed / all)) : o.noRuns}
        times={times}
        lines={rate}
        top={100}
        unit="%"
        {...TABLE}
      />
    </>
  );
}

function ofLast(minutes: readonly Minute[]): string {
  const last = minutes.at(-1);
  return o.activityCaption(last?.runs ?? 0, last?.students ?? 0);
}

function ofAll(minutes: readonly Minute[], runs: number): string {
  const busiest = minutes.reduce<Minute | null>(
    (best, minute) => (minute.runs > (best?.runs ?? 0) ? minute : best),
    null,
  );
  return o.activityOfAll(runs, busiest?.runs ?? 0, busiest ? clock.format(Date.parse(busiest.start)) : "");
}
