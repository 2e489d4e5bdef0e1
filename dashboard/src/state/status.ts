import type { StudentProgress } from "../generated/wire";

/** In order of need. */
export const STATUSES = ["help", "stuck", "running", "error", "idle", "active"] as const;
export type Status = (typeof STATUSES)[number];

export const STUCK_STREAK = 3;
const RUNNING_MS = 30_000;
const IDLE_MS = 5 * 60_000;
const ABSENT_MS = 2 * 60 * 60_000;

export interface Standing {
  readonly student: StudentProgress;
  readonly status: Status;
  /** Since when (ms, the server's clock); the longest-waiting comes first within a status. */
  readonly since: number;
}

/** Whether nothing was heard of a student for so long that the lesson was another one: nobody needs help by now. */
export function isAbsent({ lastSeen }: StudentProgress, now: number): boolean {
  return now - Date.parse(lastSeen) > ABSENT_MS;
}

/** `now` is the server's time in ms. */
export function standingOf(student: StudentProgress, now: number): Standing {
  const lastSeen = Date.parse(student.lastSeen);
  if (isAbsent(student, now)) return { student, status: "idle", since: lastSeen };
  if (student.helpSince !== null) return { student, status: "help", since: Date.parse(student.helpSince) };
  if (student.errorStreak >= STUCK_STREAK) return { student, status: "stuck", since: lastSeen };
  const running = runningLate(student, now);
  if (running !== null) return { student, status: "running", since: running };
  if (student.errorStreak >= 1) return { student, status: "error", since: lastSeen };
  if (now - lastSeen > IDLE_MS) return { student, status: "idle", since: lastSeen };
  return { student, status: "active", since: lastSeen };
}

/** Since when (ms) a cell has been running, if that is long; else null. */
export function runningLate(student: StudentProgress, now: number): number | null {
  if (student.runningSince === null) return null;
  const since = Date.parse(student.runningSince);
  return now - since > RUNNING_MS ? since : null;
}

/** Who needs help first; then, among the stuck, the longest streak; then who has waited longest; then by name. */
export function byNeed(one: Standing, other: Standing): number {
  const rank = STATUSES.indexOf(one.status) - STATUSES.indexOf(other.status);
  if (rank !== 0) return rank;
  const streak = other.student.errorStreak - one.student.errorStreak;
  if (one.status === "stuck" && streak !== 0) return streak;
  if (one.status === "active" || one.status === "error") return byName(one, other);
  return one.since - other.since || byName(one, other);
}

const names = new Intl.Collator();

function byName(one: Standing, other: Standing): number {
  return (
    names.compare(nameOf(one.student), nameOf(other.student)) || (one.student.userId < other.student.userId ? -1 : 1)
  );
}

export function nameOf(student: StudentProgress): string {
  return student.userName ?? student.userId;
}

export function countByStatus(standings: readonly Standing[]): Record<Status, number> {
  const counts: Record<Status, number> = { help: 0, stuck: 0, running: 0, error: 0, idle: 0, active: 0 };
  for (const standing of standings) counts[standing.status] += 1;
  return counts;
}
