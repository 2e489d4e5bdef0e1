import { Component, type ComponentChildren, type ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n";
import type { View } from "../state/route";
import { Broken } from "./Broken";
import { HelpPage, type HelpProps } from "./help";

type Found = ComponentType<HelpProps>;

/** The charts and their library are loaded on first use, not with the page. */
const LOAD: Record<Exclude<View, "help">, () => Promise<Found>> = {
  grid: () => import("./grid").then((found) => found.GridPage),
  progress: () => import("./overview").then((found) => found.OverviewPage),
  errors: () => import("./errors").then((found) => found.ErrorsPage),
  student: () => import("./student").then((found) => found.StudentPage),
  report: () => import("./report").then((found) => found.ReportPage),
  settings: () => import("./manage").then((found) => found.ManagePage),
};

const loaded = new Map<View, Found>([["help", HelpPage]]);

interface Props extends HelpProps {
  /** Called when the view is rendered. */
  readonly onShown: () => void;
}

/** The view of the route. Its key remounts it for every place. */
export function Page({ onShown, ...props }: Props) {
  const { view } = props.route;
  const [failed, setFailed] = useState(false);
  const [, redraw] = useState(0);
  const Shown = loaded.get(view);

  useEffect(() => {
    if (Shown) onShown();
    if (Shown || view === "help") return;
    let current = true;
    LOAD[view]()
      .then((found) => {
        loaded.set(view, found);
        if (current) redraw((before) => before + 1);
      })
      .catch((error: unknown) => {
        console.warn("a view could not be loaded", error);
        if (current) setFailed(true);
      });
    return () => {
      current = false;
    };
  }, [Shown]);

  if (failed) return <Broken />;
  if (!Shown) return <p class="hint">{t.viewLoading}</p>;
  return (
    <Boundary>
      <Shown {...props} />
    </Boundary>
  );
}

/** An error in a view keeps the navigation and the connection. */
class Boundary extends Component<{ children: ComponentChildren }, { broken: boolean }> {
  override state = { broken: false };

  static override getDerivedStateFromError() {
    return { broken: true };
  }

  override componentDidCatch(error: unknown): void {
    console.error("a view failed", error);
  }

  override render({ children }: { children: ComponentChildren }) {
    return this.state.broken ? <Broken /> : children;
  }
}
