import type { Progress, StudentProgress } from "../generated/wire";
import { clockOffset } from "./clock";
import { type ClassMessage, completedBy, type Unfinished } from "./parts";

/**
 * What the page knows of one class. `whole` is the highest revision up to which nothing is missing; revisions that
 * came ahead of it wait in `ahead`, and `gapSince` (ms) says since when there has been a hole below them.
 */
export interface Classroom {
  readonly classId: string;
  readonly students: ReadonlyMap<string, StudentProgress>;
  readonly whole: number;
  readonly ahead: ReadonlySet<number>;
  readonly gapSince: number | null;
  /** Whether this connection has told the class in full: before, the page may show an earlier one's. */
  readonly synced: boolean;
  /** What `whole` was when this connection began: a snapshot below it is one of a restored database. */
  readonly floor: number;
  /** When the class was last asked for (ms). */
  readonly askedAt: number;
  /** The server's clock minus ours, in ms; null before anything was heard. */
  readonly clockOffset: number | null;
  readonly unfinished: ReadonlyMap<string, Unfinished>;
}

/** A connection has begun. It stands in line with the messages, as those of the one before may still wait there. */
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
    whole: 0,
    ahead: new Set(),
    gapSince: null,
    synced: false,
    floor: 0,
    askedAt: now,
    clockOffset: null,
    unfinished: new Map(),
  };
}

/** Takes messages in any order, repeated or not; a student's highest revision wins. */
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
  while (draft.ahead.delete(draft.whole + 1)) draft.whole += 1;
  for (const revision of draft.ahead) if (revision <= draft.whole) draft.ahead.delete(revision);
  draft.gapSince = draft.ahead.size === 0 ? null : (draft.gapSince ?? now);
  return draft;
}

/** Whether something has been missing, or an answer has been waited for, so long that it has to be asked for. */
export function hasToAsk(room: Classroom, now: number): boolean {
  if (!room.synced && now - room.askedAt > ANSWER_MS) return true;
  return room.gapSince !== null && now - room.gapSince > GAP_MS;
}

export function asked(room: Classroom, now: number): Classroom {
  return { ...room, askedAt: now, gapSince: room.gapSince === null ? null : now };
}

/** The revision to resume after, or null where only a snapshot will do. */
export function resumeAfter(room: Classroom): number | null {
  return room.whole > 0 ? room.whole : null;
}

type Draft = { -readonly [Field in keyof Classroom]: Classroom[Field] } & {
  students: Map<string, StudentProgress>;
  ahead: Set<number>;
  unfinished: Map<string, Unfinished>;
};

function begin(draft: Draft, now: number): void {
  draft.synced = false;
  draft.floor = draft.whole;
  draft.askedAt = now;
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
  draft.whole = Math.max(draft.whole, message.revision);
  draft.synced = true;
}

function takeProgress(draft: Draft, message: Progress): void {
  // A resume carries everything after `since`; it closes the gap only if it starts where we are whole.
  if (message.since !== null && message.since <= draft.whole) {
    draft.whole = Math.max(draft.whole, message.revision);
    draft.synced = true;
  }
  for (const revision of message.revisions) if (revision > draft.whole) draft.ahead.add(revision);
}

/** The server has gone back to an earlier state: what we know never happened. */
function forget(draft: Draft): void {
  draft.students.clear();
  draft.ahead.clear();
  draft.unfinished.clear();
  draft.whole = 0;
  draft.floor = 0;
}
