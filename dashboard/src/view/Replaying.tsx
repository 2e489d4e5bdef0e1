import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { dayAndTime, t } from "../i18n";
import type { PageProps } from "./page";
import type { Replay } from "./useReplay";

type Bar = ComponentType<Pick<PageProps, "route" | "go" | "now">>;

interface Props extends Pick<PageProps, "route" | "link" | "go" | "now"> {
  readonly replay: Replay;
}

/** States that the page shows a replay and which moment, and links back to the live class. */
export function Replaying({ route, link, go, now, replay }: Props) {
  const [bar, setBar] = useState<{ Bar: Bar } | null>(null);
  useEffect(() => {
    // Without the replay bar, the link below still leads back to the live class.
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
