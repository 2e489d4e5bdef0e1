import { useRef, useState } from "preact/hooks";
import { t } from "../i18n";
import { Failed } from "../session/http";

export interface Saving {
  readonly busy: boolean;
  /** The message for the latest failure; null without one. */
  readonly problem: string | null;
  /** Runs one action at a time; resolves to whether it succeeded. */
  readonly save: (action: () => Promise<unknown>) => Promise<boolean>;
  readonly forget: () => void;
}

/** Saves one change at a time. `words` are messages by HTTP status. */
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

/** The dashboard's message, then the server's, which names the line or the field. */
export function problemOf(error: unknown, words: Readonly<Record<number, string>> = {}): string {
  if (!(error instanceof Failed)) return t.saveFailed;
  const ours =
    words[error.status] ??
    (error.status === 403 ? t.notAllowed : error.retryAfter !== null ? t.wait(error.retryAfter) : t.saveFailed);
  return error.detail === null ? ours : `${ours}\n${error.detail}`;
}
