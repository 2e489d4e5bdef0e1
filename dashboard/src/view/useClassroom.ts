import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { StudentProgress } from "../generated/wire";
import { publishCells } from "../live/cells";
import { coalesce } from "../live/coalesce";
import { type Connection, LiveSocket } from "../live/socket";
import type { Api } from "../session/api";
import {
  type Classroom,
  emptyClassroom,
  type Input,
  mustRequest,
  receive,
  requested,
  resumeAfter,
} from "../state/classroom";

const CONNECTING: Connection = { state: "connecting", heardAt: null, retryAt: null };

interface Live {
  readonly room: Classroom;
  readonly connection: Connection;
  /** Applies a student from an HTTP answer, like a message of the socket. */
  readonly applyStudent: (classId: string, student: StudentProgress) => void;
  /** Retries after the class could not be opened; `attempt` counts the retries. */
  readonly again: () => void;
  readonly attempt: number;
}

/** The live class: the reducer receives all messages of the socket, once per frame. */
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
        if (message.type === "progress" && message.classId === classId) publishCells(message);
      },
      onConnection: (found) => {
        setConnection(found);
        if (found.state === "live") take({ type: "connected" });
      },
      isOpen: () => api.isOpen(classId),
    });
    const watch = setInterval(() => {
      if (!mustRequest(latest.current, Date.now())) return;
      latest.current = requested(latest.current, Date.now());
      socket.resume();
    }, 1000);
    return () => {
      clearInterval(watch);
      socket.close();
    };
  }, [api, classId, attempt]);

  const applyStudent = useCallback((ofClass: string, student: StudentProgress) => {
    const now = Date.now();
    const serverTime = new Date(now + (latest.current.clockOffset ?? 0)).toISOString();
    const { revision } = student;
    // Without `revisions`, as the answer may not be all of its revision: the socket delivers that too.
    const message = { type: "progress" as const, classId: ofClass, revision, part: 1, parts: 1, serverTime };
    latest.current = receive(
      latest.current,
      [{ ...message, students: [student], cells: [], revisions: [], since: null }],
      now,
    );
    setRoom(latest.current);
  }, []);

  const again = useCallback(() => setAttempt((before) => before + 1), []);

  // After a change of class, do not show the previous class's state.
  const empty = useMemo(() => emptyClassroom(classId, Date.now()), [classId]);
  return { room: room.classId === classId ? room : empty, connection, applyStudent, again, attempt };
}
