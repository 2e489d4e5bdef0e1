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
 * The marks of a notebook: fetched, then updated by the WebSocket. They are fetched again whenever the class was
 * requested again, as a lost connection may have lost changes.
 */
export function useGrid(api: Api, room: Classroom, notebook: string | null, period: Period | null): GridState {
  const { classId, synced, requestedAt } = room;
  const key = JSON.stringify([classId, notebook]);
  const [answer, setAnswer] = useState<Answer>({ key, marks: null, failed: false });
  const [attempt, setAttempt] = useState(0);
  const latest = useRef(answer);
  const everyone = useRef(room.students);
  everyone.current = room.students;
  const start = period?.start ?? null;
  const at = period?.at ?? null;

  useEffect(() => {
    if (notebook === null || (start === null && !synced)) return;
    let current = true;
    // Changes that arrive while the grid loads may be newer than it or part of it: their revisions decide.
    let waiting: Cells[] | null = [];
    const show = (next: Answer) => {
      latest.current = next;
      setAnswer(next);
    };
    const change = coalesce<Cells>((messages) => {
      const { marks } = latest.current;
      if (!current || !marks) return;
      // The grid has no teachers: their cells would add columns.
      const cells = cellsOf(messages).filter(({ userId }) => !everyone.current.get(userId)?.isTeacher);
      const changed = withCells(marks, notebook, cells);
      if (changed !== marks) show({ ...latest.current, marks: changed });
    });
    const stop = onCells((message) => {
      if (start !== null || message.classId !== classId) return;
      if (waiting) waiting.push(message);
      else change(message);
    });
    const takeWaiting = () => {
      const changes = cellsOf(waiting ?? []);
      waiting = null;
      return changes;
    };
    const fetchGrid = () =>
      (start !== null && at !== null ? api.gridAt(classId, notebook, start, at) : api.grid(classId, notebook))
        .then((grid) => {
          if (!current) return;
          show({ key, marks: withCells(marksOf(grid), notebook, takeWaiting()), failed: false });
        })
        .catch((error: unknown) => {
          console.warn("the grid could not be fetched", error);
          if (!current) return;
          // Keep and update the shown grid, and stop queueing changes, until the user retries.
          const changes = takeWaiting();
          const marks = latest.current.key === key ? latest.current.marks : null;
          show({ key, marks: marks && withCells(marks, notebook, changes), failed: true });
        });
    // Fetch only after a dragged slider stops.
    const timer = setTimeout(fetchGrid, start === null ? 0 : SETTLE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
      stop();
    };
  }, [api, key, synced, requestedAt, start, at, attempt]);

  const again = useCallback(() => setAttempt((before) => before + 1), []);
  const ours = answer.key === key;
  const marks = ours ? answer.marks : null;
  return { marks, state: ours && answer.failed ? "failed" : marks ? "shown" : "loading", again };
}

function cellsOf(messages: readonly Cells[]): CellState[] {
  return messages.flatMap(({ cells }) => cells);
}
