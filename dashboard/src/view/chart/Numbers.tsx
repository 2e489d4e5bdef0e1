import { useState } from "preact/hooks";
import { language } from "../../i18n";
import { Scrollable } from "../Scrollable";
import type { ChartProps } from ".";

const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** The numbers of a chart as a table, rendered only when opened: a day has 1440 rows. */
export function Numbers({ title, times, lines, unit = "", tableTitle, timeTitle }: ChartProps) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{tableTitle}</summary>
      {open && (
        <Scrollable class="numbers" aria-label={title}>
          <table>
            <thead>
              <tr>
                <th scope="col">{timeTitle}</th>
                {lines.map(({ label }) => (
                  <th key={label} scope="col">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {times.map((time, index) => (
                <tr key={time}>
                  <th scope="row">{clock.format(time)}</th>
                  {lines.map(({ label, values }) => (
                    <td key={label}>{format(values[index], unit)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scrollable>
      )}
    </details>
  );
}

function format(value: number | null | undefined, unit: string): string {
  return value == null ? "–" : `${Math.round(value * 10) / 10}${unit}`;
}
