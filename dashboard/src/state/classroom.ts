import type { Progress, StudentProgress } from "../generated/wire";
import { clockOffset } from "./clock";
import { type ClassMessage, completedBy, type Unfinished } from "./parts";

/**
 * The page's state of one class. Its complete revision `complete` is the highest N for which it has received 1 to N.
 * `ahead` holds later revisions, and `gapSince` (ms) is when the gap before them opened.
 */
export interface Classroom {
  readonly classId: string;
  readonly students: ReadonlyMap<string, StudentProgress>;
  readonly complete: number;
  readonly ahead: ReadonlySet<number>;
  readonly gapSince: number | null;
  /** Whether this connection has delivered the full class. Until then the page may show an earlier state. */
  readonly synced: boolean;
  /** The value of `complete` when this connection began. A snapshot below it comes from a restored database. */
  readonly floor: number;
  /** When the class was last requested (ms). */
  readonly requestedAt: number;
  /** The server's clock minus the browser's, in ms; null before the first message. */
  readonly clockOffset: number | null;
  readonly unfinished: ReadonlyMap<string, Unfinished>;
}

/** A new connection. It is queued with the messages, as some of the previous connection may still wait. */
export interface Connected {
  readonly type: "connected";
}
export type Input = ClassMessage | Connected;

export const GAP_MS = 2000;
export const ANSWER_MS = 10_000;

export function emptyClassroom(classId: string, now: number): Classroom {
  return {
    classId,
    students: new Map(),
    complete: 0,
    ahead: new Set(),
    gapSince: null,
    synced: false,
    floor: 0,
    requestedAt: now,
    clockOffset: null,
    unfinished: new Map(),
  };
}

/** Applies messages in any order, repeated or not; a student's highest revision wins. */
export function receive(room: Classroom, inputs: readonly Input[], now: number): Classroom {
  const ours = inputs.filter((input) => input.type === "connected" || input.classId === room.classId);
  if (ours.length === 0) return room;
  const draft: Draft = {
    ...room,
    students: new Map(room.students),
    ahead: new Set(room.ahead),
    unfinished: new Map(room.unfinished),
  };
  for (const input of ours) {
    if (input.type === "connected") begin(draft, now);
    else take(draft, input, now);
  }
  while (draft.ahead.delete(draft.complete + 1)) draft.complete += 1;
  for (const revision of draft.ahead) if (revision <= draft.complete) draft.ahead.delete(revision);
  draft.gapSince = draft.ahead.size === 0 ? null : (draft.gapSince ?? now);
  return draft;
}

/** Whether a gap or a missing answer has lasted so long that the class must be requested again. */
export function mustRequest(room: Classroom, now: number): boolean {
  if (!room.synced && now - room.requestedAt > ANSWER_MS) return true;
  return room.gapSince !== null && now - room.gapSince > GAP_MS;
}

export function requested(room: Classroom, now: number): Classroom {
  return { ...room, requestedAt: now, gapSince: room.gapSince === null ? null : now };
}

/** The revision to resume after, or null to request a snapshot. */
export function resumeAfter(room: Classroom): number | null {
  return room.complete > 0 ? room.complete : null;
}

type Draft = { -readonly [Field in keyof Classroom]: Classroom[Field] } & {
  students: Map<string, StudentProgress>;
  ahead: Set<number>;
  unfinished: Map<string, Unfinished>;
};

function begin(draft: Draft, now: number): void {
  draft.synced = false;
  draft.floor = draft.complete;
  draft.requestedAt = now;
  draft.unfinished.clear();
}

function take(draft: Draft, message: ClassMessage, now: number): void {
  draft.clockOffset = clockOffset(draft.clockOffset, message.serverTime, now);
  if (message.type === "snapshot" && message.revision < draft.floor) forget(draft);
  for (const student of message.students) {
    const known = draft.students.get(student.userId);
    if (!known || known.revision < student.revision) draft.students.set(student.userId, student);
  }
  const named = completedBy(draft.unfinished, message);
  if (named === null) return;
  if (message.type === "progress") {
    takeProgress(draft, message);
    return;
  }
  for (const [userId, student] of draft.students) {
    if (!named.has(userId) && student.revision <= message.revision) draft.students.delete(userId);
  }
  draft.complete = Math.max(draft.complete, message.revision);
  draft.synced = true;
}

function takeProgress(draft: Draft, message: Progress): void {
  // A resume has everything after `since`, so it closes the gap only if `since` is within the complete revision.
  if (message.since !== null && message.since <= draft.complete) {
    draft.complete = Math.max(draft.complete, message.revision);
    draft.synced = true;
  }
  for (const revision of message.revisions) if (revision > draft.complete) draft.ahead.add(revision);
}

/** Discards everything: the server was restored to an earlier state. */
function forget(draft: Draft): void {
  draft.students.clear();
  draft.ahead.clear();
  draft.unfinished.clear();
  draft.complete = 0;
  draft.floor = 0;
}
