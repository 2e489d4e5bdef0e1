import type { Progress, Snapshot } from "../generated/wire";

export type ClassMessage = Snapshot | Progress;

/** The received parts of a message that is sent in several parts. */
export interface Unfinished {
  readonly parts: ReadonlySet<number>;
  readonly userIds: ReadonlySet<string>;
}

const MOST_UNFINISHED = 50;

/** Records a part in `unfinished`. Returns all user ids of the message when it is complete, else null. */
export function completedBy(unfinished: Map<string, Unfinished>, message: ClassMessage): ReadonlySet<string> | null {
  const named = message.students.map((student) => student.userId);
  if (message.parts <= 1) return new Set(named);
  const key = keyOf(message);
  const before = unfinished.get(key);
  const parts = new Set(before?.parts).add(message.part);
  const userIds = new Set([...(before?.userIds ?? []), ...named]);
  if (parts.size === message.parts) {
    unfinished.delete(key);
    return userIds;
  }
  unfinished.set(key, { parts, userIds });
  // Drops the oldest message: its missing parts may never arrive.
  const oldest = unfinished.keys().next();
  if (unfinished.size > MOST_UNFINISHED && !oldest.done) unfinished.delete(oldest.value);
  return null;
}

/** The same key for all parts of a message. */
function keyOf(message: ClassMessage): string {
  const { type, revision, parts } = message;
  return JSON.stringify(
    type === "snapshot" ? [type, revision, parts] : [type, revision, parts, message.since, message.revisions],
  );
}
