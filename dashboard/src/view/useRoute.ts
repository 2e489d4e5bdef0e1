import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { formatRoute, parseRoute, type Route } from "../state/route";
import type { PageProps } from "./page";

/** The route in the page's address, and functions that change it. */
export function useRoute(): Pick<PageProps, "route" | "link" | "go"> {
  const [hash, setHash] = useState(location.hash);
  const route = useMemo(() => parseRoute(hash), [hash]);
  // A ref, so that go() is stable and consecutive changes both count.
  const latest = useRef<Route>(route);
  latest.current = route;

  useEffect(() => {
    const look = () => setHash(location.hash);
    addEventListener("popstate", look);
    addEventListener("hashchange", look);
    return () => {
      removeEventListener("popstate", look);
      removeEventListener("hashchange", look);
    };
  }, []);

  const link = useCallback((change: Partial<Route>) => formatRoute({ ...route, ...change }), [route]);
  const go = useCallback((change: Partial<Route>, replace = false) => {
    latest.current = { ...latest.current, ...change };
    const next = formatRoute(latest.current);
    setHash(next);
    if (next === location.hash) return;
    try {
      if (replace) history.replaceState(history.state, "", next);
      else history.pushState(null, "", next);
    } catch (error) {
      // Safari allows 100 changes in 30 s. The page has changed; only its address lags behind.
      console.warn("the address could not be changed", error);
    }
  }, []);
  return { route, link, go };
}
