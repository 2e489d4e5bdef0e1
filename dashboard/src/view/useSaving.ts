import { useRef, useState } from "preact/hooks";
import { t } from "../i18n";
import { Failed } from "../session/http";

export interface Saving {
  readonly busy: boolean;
  /** What to tell of the attempt that failed; null when none did. */
  readonly problem: string | null;
  /** Does it once at a time; answers whether it was done. */
  readonly save: (action: () => Promise<unknown>) => Promise<boolean>;
  readonly forget: () => void;
}

/** One change at a time; words: what a status means here. */
export function useSaving(words: Readonly<Record<number, string>> = {}): Saving {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const running = useRef(false);
  const save = async (action: () => Promise<unknown>) => {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setProblem(null);
    try {
      await action();
      return true;
    } catch (error) {
      console.warn("a change could not be saved", error);
      setProblem(problemOf(error, words));
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { busy, problem, save, forget: () => setProblem(null) };
}

/** Our own words where we have some; the server's, which name the line or the field, below them. */
export function problemOf(error: unknown, words: Readonly<Record<number, string>> = {}): string {
  if (!(error instanceof Failed)) return t.saveFailed;
  const ours =
    words[error.status] ??
    (error.status === 403 ? t.notAllowed : error.retryAfter !== null ? t.wait(error.retryAfter) : t.saveFailed);
  return error.told === null ? ours : `${ours}\n${error.told}`;
}
