import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { CellState } from "../../generated/wire";
import { type Cells, onCells } from "../../live/cells";
import { coalesce } from "../../live/coalesce";
import type { Api } from "../../session/api";
import type { Classroom } from "../../state/classroom";
import { type Marks, marksOf, withCells } from "../../state/grid";
import type { Period } from "../../state/route";

const SETTLE_MS = 150;

export interface GridState {
  readonly marks: Marks | null;
  readonly state: "loading" | "shown" | "failed";
  readonly again: () => void;
}

interface Answer {
  readonly key: string;
  readonly marks: Marks | null;
  readonly failed: boolean;
}

/**
 * The marks of a notebook: fetched, then changed by what the socket tells. They are fetched again whenever the class
 * has been asked for anew, as a lost connection may have taken changes with it.
 */
export function useGrid(api: Api, room: Classroom, notebook: string | null, period: Period | null): GridState {
  const { classId, synced, askedAt } = room;
  const key = JSON.stringify([classId, notebook]);
  const [answer, setAnswer] = useState<Answer>({ key, marks: null, failed: false });
  const [attempt, setAttempt] = useState(0);
  const latest = useRef(answer);
  const start = period?.start ?? null;
  const at = period?.at ?? null;

  useEffect(() => {
    if (notebook === null || (start === null && !synced)) return;
    let current = true;
    // What comes while the grid is under way is newer than it, or part of it: its revision tells.
    let waiting: Cells[] | null = [];
    const show = (next: Answer) => {
      latest.current = next;
      setAnswer(next);
    };
    const change = coalesce<Cells>((messages) => {
      const { marks } = latest.current;
      if (!current || !marks) return;
      const changed = withCells(marks, notebook, cellsOf(messages));
      if (changed !== marks) show({ ...latest.current, marks: changed });
    });
    const stop = onCells((message) => {
      if (start !== null || message.classId !== classId) return;
      if (waiting) waiting.push(message);
      else change(message);
    });
    const toldMeanwhile = () => {
      const told = cellsOf(waiting ?? []);
      waiting = null;
      return told;
    };
    const fetchGrid = () =>
      (start !== null && at !== null ? api.gridAt(classId, notebook, start, at) : api.grid(classId, notebook))
        .then((grid) => {
          if (!current) return;
          show({ key, marks: withCells(marksOf(grid), notebook, toldMeanwhile()), failed: false });
        })
        .catch((error: unknown) => {
          console.warn("the grid could not be fetched", error);
          if (!current) return;
          // What is shown goes on as well as it can, and nothing piles up until somebody tries again.
          const told = toldMeanwhile();
          const marks = latest.current.key === key ? latest.current.marks : null;
          show({ key, marks: marks && withCells(marks, notebook, told), failed: true });
        });
    // A slider that is dragged asks where it comes to rest.
    const timer = setTimeout(fetchGrid, start === null ? 0 : SETTLE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
      stop();
    };
  }, [api, key, synced, askedAt, start, at, attempt]);

  const again = useCallback(() => setAttempt((before) => before + 1), []);
  const ours = answer.key === key;
  const marks = ours ? answer.marks : null;
  return { marks, state: ours && answer.failed ? "failed" : marks ? "shown" : "loading", again };
}

function cellsOf(messages: readonly Cells[]): CellState[] {
  return messages.flatMap(({ cells }) => cells);
}
