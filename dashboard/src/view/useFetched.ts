import { useCallback, useEffect, useRef, useState } from "preact/hooks";

export interface Fetched<Value> {
  /** The latest answer to this question; null before the first. */
  readonly value: Value | null;
  readonly state: "loading" | "shown" | "failed";
  /** The error of the latest attempt. */
  readonly error: unknown;
  readonly again: () => void;
}

/**
 * Fetches when `question` changes, and again when `version` does; the old value stays until the new one arrives. Null
 * fetches nothing.
 */
export function useFetched<Value>(question: string | null, version: number, ask: () => Promise<Value>): Fetched<Value> {
  const [answer, setAnswer] = useState<{ question: string | null; value: Value | null; error: unknown }>({
    question: null,
    value: null,
    error: null,
  });
  const [attempt, setAttempt] = useState(0);
  const latest = useRef(ask);
  latest.current = ask;

  useEffect(() => {
    if (question === null) return;
    let current = true;
    latest
      .current()
      .then((value) => current && setAnswer({ question, value, error: null }))
      .catch((error: unknown) => {
        console.warn("an answer could not be fetched", error);
        if (current)
          setAnswer((before) => ({ question, value: before.question === question ? before.value : null, error }));
      });
    return () => {
      current = false;
    };
  }, [question, version, attempt]);

  const again = useCallback(() => setAttempt((before) => before + 1), []);
  const ours = answer.question === question;
  const error = ours ? answer.error : null;
  return {
    value: ours ? answer.value : null,
    state: !ours ? "loading" : error !== null ? "failed" : "shown",
    error,
    again,
  };
}

/** Counts intervals while the page is visible, and once when it becomes visible. */
export function useTicks(everyMs: number, on = true): number {
  const [ticks, setTicks] = useState(0);
  useEffect(() => {
    if (!on) return;
    const tick = () => document.visibilityState === "visible" && setTicks((before) => before + 1);
    const timer = setInterval(tick, everyMs);
    document.addEventListener("visibilitychange", tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", tick);
    };
  }, [everyMs, on]);
  return ticks;
}
