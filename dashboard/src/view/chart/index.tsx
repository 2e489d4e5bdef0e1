import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { language } from "../../i18n";
import "./chart.css";
import { isolated } from "./isolated";
import { Numbers } from "./Numbers";

export interface Line {
  readonly label: string;
  /** One for each time; null leaves a gap. */
  readonly values: readonly (number | null)[];
  /** The custom property with the colour. */
  readonly colour: "--accent" | "--stuck" | "--active" | "--soft";
  /** A thin line at the edge of a band, without points. */
  readonly edge?: boolean;
}

export interface ChartProps {
  readonly title: string;
  /** What the chart shows, in words, for those who cannot see it. */
  readonly caption: string;
  /** Milliseconds. */
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  /** The first and the last line are the edges of a filled band. */
  readonly band?: boolean;
  /** The top of the scale; by default the data decides. */
  readonly top?: number;
  readonly unit?: string;
  readonly tableTitle: string;
  readonly timeTitle: string;
}

const HEIGHT = 180;
/** The width between the margins of A4, in CSS pixels: a wider chart would be cut off. */
const PAPER_WIDTH = 640;
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** Lines over time, with a caption and, when opened, a table of the numbers. */
export function Chart(props: ChartProps) {
  const { title, caption, times, lines, unit = "" } = props;
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const data: uPlot.AlignedData = [times.map((time) => time / 1000), ...lines.map((line) => [...line.values])];
  const latest = useRef(data);
  latest.current = data;
  const shape = JSON.stringify([
    lines.map(({ label, colour, edge }) => [label, colour, edge]),
    props.band,
    props.top,
    unit,
  ]);

  useEffect(() => {
    const box = place.current;
    if (!box) return;
    let printing = false;
    const width = () => (printing ? PAPER_WIDTH : box.clientWidth);
    const draw = () => {
      chart.current?.destroy();
      chart.current = new uPlot(options(props, width()), latest.current, box);
    };
    const follow = () => {
      const found = width();
      if (found > 0 && chart.current?.width !== found) chart.current?.setSize({ width: found, height: HEIGHT });
    };
    const onPrint = ({ type }: Event) => {
      printing = type === "beforeprint";
      follow();
    };
    draw();
    const size = new ResizeObserver(follow);
    size.observe(box);
    // A canvas does not follow the theme, so redraw it in the theme's colours.
    const theme = new MutationObserver(draw);
    theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    addEventListener("beforeprint", onPrint);
    addEventListener("afterprint", onPrint);
    return () => {
      size.disconnect();
      theme.disconnect();
      removeEventListener("beforeprint", onPrint);
      removeEventListener("afterprint", onPrint);
      chart.current?.destroy();
      chart.current = null;
    };
  }, [shape]);

  useEffect(() => chart.current?.setData(latest.current), [times, lines]);

  return (
    <figure class="chart" data-testid="chart">
      <figcaption>
        <strong>{title}</strong> {caption}
      </figcaption>
      <div class="canvas" ref={place} aria-hidden="true" />
      <ul class="lines">
        {lines.map((line) => (
          <li key={line.label} class={line.edge ? "edge" : undefined} style={{ "--line": `var(${line.colour})` }}>
            {line.label}
          </li>
        ))}
      </ul>
      <Numbers {...props} />
    </figure>
  );
}

function options({ lines, band, top, unit = "" }: ChartProps, width: number): uPlot.Options {
  const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const [first] = lines;
  const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
  return {
    width: Math.max(width, 200),
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { setScale: false } },
    scales: { y: { range: (_chart, _least, most) => [0, top ?? Math.max(1, most * 1.1)] } },
    axes: [
      { ...axis, size: 30, values: (_chart, seconds) => seconds.map((second) => clock.format(second * 1000)) },
      {
        ...axis,
        size: 48,
        values: (_chart, values) => values.map((value) => (Number.isInteger(value) ? `${value}${unit}` : "")),
      },
    ],
    series: [
      {},
      ...lines.map((line) => ({
        label: line.label,
        stroke: colour(line.colour),
        width: line.edge ? 1 : 2.5,
        points: { show: true, size: 6, filter: (chart: uPlot, series: number) => isolated(chart.data[series] ?? []) },
        ...(line.edge ? { dash: [4, 4] } : {}),
      })),
    ],
    bands: band && first ? [{ series: [lines.length, 1], fill: `${colour(first.colour)}26` }] : [],
  };
}
