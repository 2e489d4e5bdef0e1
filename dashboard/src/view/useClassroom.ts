import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { StudentProgress } from "../generated/wire";
import { tellCells } from "../live/cells";
import { coalesce } from "../live/coalesce";
import { type Connection, LiveSocket } from "../live/socket";
import type { Api } from "../session/api";
import { asked, type Classroom, emptyClassroom, hasToAsk, type Input, receive, resumeAfter } from "../state/classroom";

const CONNECTING: Connection = { state: "connecting", heardAt: null, retryAt: null };

interface Live {
  readonly room: Classroom;
  readonly connection: Connection;
  /** Takes a student that an answer told, as the socket would. */
  readonly learn: (classId: string, student: StudentProgress) => void;
  /** Tries once more where the class was not open; counted in `attempt`. */
  readonly again: () => void;
  readonly attempt: number;
}

/** The class, live: every message of the socket goes through the reducer, once a frame. */
export function useClassroom(api: Api, classId: string): Live {
  const [room, setRoom] = useState(() => emptyClassroom(classId, Date.now()));
  const [connection, setConnection] = useState(CONNECTING);
  const [attempt, setAttempt] = useState(0);
  const latest = useRef(room);

  useEffect(() => {
    latest.current = emptyClassroom(classId, Date.now());
    setRoom(latest.current);
    const take = coalesce<Input>((inputs) => {
      latest.current = receive(latest.current, inputs, Date.now());
      setRoom(latest.current);
    });
    const socket = new LiveSocket({
      ticket: () => api.ticket(),
      classId,
      since: () => resumeAfter(latest.current),
      onMessage: (message) => {
        if (message.type === "snapshot" || message.type === "progress") take(message);
        if (message.type === "progress" && message.classId === classId) tellCells(message);
      },
      onConnection: (found) => {
        setConnection(found);
        if (found.state === "live") take({ type: "connected" });
      },
      isOpen: () => api.isOpen(classId),
    });
    const watch = setInterval(() => {
      if (!hasToAsk(latest.current, Date.now())) return;
      latest.current = asked(latest.current, Date.now());
      socket.resume();
    }, 1000);
    return () => {
      clearInterval(watch);
      socket.close();
    };
  }, [api, classId, attempt]);

  const learn = useCallback((ofClass: string, student: StudentProgress) => {
    const now = Date.now();
    const serverTime = new Date(now + (latest.current.clockOffset ?? 0)).toISOString();
    const { revision } = student;
    // It carries no whole revision: the socket tells that one too, with whatever else belongs to it.
    const told = { type: "progress" as const, classId: ofClass, revision, part: 1, parts: 1, serverTime };
    latest.current = receive(
      latest.current,
      [{ ...told, students: [student], cells: [], revisions: [], since: null }],
      now,
    );
    setRoom(latest.current);
  }, []);

  const again = useCallback(() => setAttempt((before) => before + 1), []);

  // Another class has been chosen: what is known of the one before is not shown as if it were that one's.
  const empty = useMemo(() => emptyClassroom(classId, Date.now()), [classId]);
  return { room: room.classId === classId ? room : empty, connection, learn, again, attempt };
}
