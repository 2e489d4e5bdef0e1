import { useEffect, useState } from "preact/hooks";
import type { StudentProgress } from "../generated/wire";
import type { Api } from "../session/api";
import type { Period } from "../state/route";

export interface Replay {
  /** The class at the latest moment received; null before the first. */
  readonly students: readonly StudentProgress[] | null;
  readonly state: "shown" | "loading" | "failed";
  readonly again: () => void;
}

interface Answer {
  readonly classId: string;
  readonly key: string;
  readonly students: readonly StudentProgress[] | null;
  readonly failed: boolean;
}

const NOTHING: Answer = { classId: "", key: "", students: null, failed: false };

/** The class at a past moment. Sends one request at a time: a dragged slider requests only its latest position. */
export function useReplay(api: Api, classId: string, period: Period | null): Replay {
  const [answer, setAnswer] = useState(NOTHING);
  const [asking, setAsking] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const start = period?.start ?? 0;
  const at = period?.at ?? 0;
  const key = period === null ? "" : JSON.stringify([classId, start, at, attempt]);

  useEffect(() => {
    if (key === "") setAnswer(NOTHING);
    if (key === "" || asking || answer.key === key) return;
    setAsking(true);
    api
      .classAt(classId, start, at)
      .then(({ students }) => setAnswer({ classId, key, students, failed: false }))
      .catch((error: unknown) => {
        console.warn("a past moment could not be fetched", error);
        setAnswer((before) => ({
          classId,
          key,
          students: before.classId === classId ? before.students : null,
          failed: true,
        }));
      })
      .finally(() => setAsking(false));
  }, [api, key, asking]);

  const state = answer.key !== key ? "loading" : answer.failed ? "failed" : "shown";
  const students = answer.classId === classId ? answer.students : null;
  return { students, state, again: () => setAttempt((before) => before + 1) };
}
