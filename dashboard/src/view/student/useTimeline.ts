import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Api } from "../../session/api";
import { type Known, NOTHING, withNewest, withOlder } from "../../state/timeline";

/** How long to wait for more changes before the newest events are fetched again. */
const SETTLE_MS = 300;

export interface Question {
  readonly classId: string;
  readonly userId: string;
  readonly notebook: string | null;
  readonly cellId: string | null;
}

export interface TimelineState {
  readonly known: Known;
  readonly state: "loading" | "shown" | "failed";
  readonly again: () => void;
  readonly older: () => void;
}

/** A student's events: the newest page again with each revision, older ones on demand. */
export function useTimeline(api: Api, question: Question, revision: number): TimelineState {
  const { classId, userId, notebook, cellId } = question;
  const key = JSON.stringify(question);
  const [found, setFound] = useState<{ key: string; known: Known; failed: boolean }>({
    key,
    known: NOTHING,
    failed: false,
  });
  const [attempt, setAttempt] = useState(0);
  const asked = useRef("");
  const ask = (before: string | null) => api.timeline(classId, userId, { notebook, cellId, before });
  const learn = (take: (known: Known) => Known) =>
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
      ask(null)
        .then((page) => current && learn((known) => withNewest(known, page)))
        .catch((error: unknown) => current && fail(error));
    // Another question is answered at once; the next event of this one when it has settled.
    const timer = setTimeout(fetchNewest, asked.current === key ? SETTLE_MS : 0);
    asked.current = key;
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [api, key, revision, attempt]);

  const known = found.key === key ? found.known : NOTHING;
  const { next } = known;
  const older = useCallback(() => {
    if (next === null) return;
    ask(next)
      // Another question may have been asked meanwhile, and this page answered twice.
      .then(
        (page) =>
          shownKey.current === key && learn((before) => (before.next === next ? withOlder(before, page) : before)),
      )
      .catch((error: unknown) => shownKey.current === key && fail(error));
  }, [api, key, next]);
  const state = found.key !== key ? "loading" : found.failed ? "failed" : known === NOTHING ? "loading" : "shown";
  return { known, state, again: () => setAttempt((before) => before + 1), older };
}
