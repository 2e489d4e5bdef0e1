import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { dayAndTime, t } from "../i18n";
import type { PageProps } from "./page";
import type { Replay } from "./useReplay";

type Bar = ComponentType<Pick<PageProps, "route" | "go" | "now">>;

interface Props extends Pick<PageProps, "route" | "link" | "go" | "now"> {
  readonly replay: Replay;
}

/** Says that the page shows the past, which moment of it, and how to come back. */
export function Replaying({ route, link, go, now, replay }: Props) {
  const [bar, setBar] = useState<{ Bar: Bar } | null>(null);
  useEffect(() => {
    // The way back to the live class stands below also without it.
    import("./report/ReplayBar").then((found) => setBar({ Bar: found.ReplayBar }), console.warn);
  }, []);
  if (route.period === null) return null;
  return (
    <section class="replaying" aria-label={t.replay.banner(dayAndTime(route.period.at))} data-testid="replay">
      <p>
        <strong>{t.replay.banner(dayAndTime(route.period.at))}</strong>{" "}
        {replay.state === "loading" && <span class="retry">{t.replay.loading}</span>}
        <a href={link({ period: null })}>{t.replay.live}</a>
      </p>
      {replay.state === "failed" && (
        <p class="wrong" role="alert">
          {t.replay.failed}{" "}
          <button type="button" class="button" onClick={replay.again}>
            {t.replay.again}
          </button>
        </p>
      )}
      {bar && <bar.Bar route={route} go={go} now={now} />}
    </section>
  );
}
