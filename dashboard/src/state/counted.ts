import type { AbsentStudent } from "../generated/api";
import type { StudentProgress } from "../generated/wire";

/* Who counts as a student, and whose id or clock is not to be trusted. */

/** From so many sessions at the same time on, an id is probably shared. Two are two tabs. */
const SHARED_FROM = 3;
const RECENT_MS = 12 * 60 * 60_000;

/** Without the teachers of the class, who do not count. */
export function studentsOf(everyone: Iterable<StudentProgress>): StudentProgress[] {
  return [...everyone].filter(({ isTeacher }) => !isTeacher);
}

/** The teachers of the class who have run cells, the one heard last first. */
export function teachersOf(everyone: Iterable<StudentProgress>): StudentProgress[] {
  const teachers = [...everyone].filter(({ isTeacher }) => isTeacher);
  return teachers.sort((one, other) => Date.parse(other.lastSeen) - Date.parse(one.lastSeen));
}

/** Whether several students probably use this id; `now` is the server's time in ms. */
export function isShared({ sessions, lastSeen }: StudentProgress, now: number): boolean {
  return sessions >= SHARED_FROM && now - Date.parse(lastSeen) < RECENT_MS;
}

/**
 * The absent who have not appeared since they were fetched. `idsOf` returns the ids of the roster line that a live id
 * belongs to, which may be a linked guest's.
 */
export function stillAbsent(
  absent: readonly AbsentStudent[],
  live: ReadonlyMap<string, StudentProgress>,
  idsOf: (userId: string) => readonly string[],
): AbsentStudent[] {
  const present = new Set([...live.keys()].flatMap((userId) => [userId, ...idsOf(userId)]));
  return absent.filter(({ userId }) => !present.has(userId));
}
