import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Api } from "../../session/api";
import { type Known, NOTHING, withNewest, withOlder } from "../../state/timeline";

/** How long to wait for more changes before fetching the newest events again. */
const SETTLE_MS = 300;

export interface Query {
  readonly classId: string;
  readonly userId: string;
  readonly notebook: string | null;
  readonly cellId: string | null;
  readonly session: string | null;
}

export interface TimelineState {
  readonly known: Known;
  readonly state: "loading" | "shown" | "failed";
  readonly again: () => void;
  readonly older: () => void;
}

/** A student's events: fetches the newest page after each revision, and older pages on demand. */
export function useTimeline(api: Api, query: Query, revision: number): TimelineState {
  const { classId, userId, notebook, cellId, session } = query;
  const key = JSON.stringify(query);
  const [found, setFound] = useState<{ key: string; known: Known; failed: boolean }>({
    key,
    known: NOTHING,
    failed: false,
  });
  const [attempt, setAttempt] = useState(0);
  const lastKey = useRef("");
  const request = (before: string | null) =>
    api.timeline(classId, userId, { notebook, cellId, sessionId: session, before });
  const apply = (take: (known: Known) => Known) =>
    setFound((last) => ({ key, known: take(last.key === key ? last.known : NOTHING), failed: false }));
  const fail = (error: unknown) => {
    console.warn("the timeline could not be fetched", error);
    setFound((last) => ({ key, known: last.key === key ? last.known : NOTHING, failed: true }));
  };
  const shownKey = useRef(key);
  shownKey.current = key;

  useEffect(() => {
    let current = true;
    const fetchNewest = () =>
      request(null)
        .then((page) => current && apply((known) => withNewest(known, page)))
        .catch((error: unknown) => current && fail(error));
    // Fetch at once for a new query, and after a delay for a new revision.
    const timer = setTimeout(fetchNewest, lastKey.current === key ? SETTLE_MS : 0);
    lastKey.current = key;
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [api, key, revision, attempt]);

  const known = found.key === key ? found.known : NOTHING;
  const { next } = known;
  const older = useCallback(() => {
    if (next === null) return;
    request(next)
      // The query may have changed meanwhile, or this page may have been added already.
      .then(
        (page) =>
          shownKey.current === key && apply((before) => (before.next === next ? withOlder(before, page) : before)),
      )
      .catch((error: unknown) => shownKey.current === key && fail(error));
  }, [api, key, next]);
  const state = found.key !== key ? "loading" : found.failed ? "failed" : known === NOTHING ? "loading" : "shown";
  return { known, state, again: () => setAttempt((before) => before + 1), older };
}
