import type { NeedKind, StudentProgress } from "../generated/wire";

/*
 * The server decides who needs help and why, in progress/need.py: each need has the instants from which and until which
 * it counts. This module compares them with the clock, for the queue, counts, filters, tables and CSV files.
 */

/** Why a student needs help; times in ms. */
export interface Reason {
  readonly kind: NeedKind;
  readonly since: number;
  /** Of a streak: the failed runs that no teacher has resolved. */
  readonly count: number | null;
}

/** Most urgent first. */
export const KINDS: readonly NeedKind[] = ["hand", "streak", "running", "behind"];

export interface Need {
  /** The needs that count now, most urgent first. */
  readonly reasons: readonly Reason[];
  /** When a snooze ends (ms); null if the student is not snoozed. */
  readonly snoozedUntil: number | null;
}

/** What a student needs at `now` (ms, the server's clock). */
export function needOf(student: StudentProgress, now: number): Need {
  const reasons = student.needs
    .filter(({ starts, ends }) => Date.parse(starts) <= now && now < Date.parse(ends))
    .map(({ kind, since, count }) => ({ kind, since: Date.parse(since), count }));
  return { reasons, snoozedUntil: snoozedUntil(student, now) };
}

/** The reasons to help now; none while the student is snoozed. */
export function pressing({ reasons, snoozedUntil }: Need): readonly Reason[] {
  return snoozedUntil === null ? reasons : [];
}

/** The user ids of the students with a raised hand, sorted. */
export function handsUp(students: Iterable<StudentProgress>, now: number): string[] {
  const up = [...students].filter((student) => reasonOf(pressing(needOf(student, now)), "hand"));
  return up.map(({ userId }) => userId).sort();
}

export function reasonOf(reasons: readonly Reason[], kind: NeedKind): Reason | undefined {
  return reasons.find((reason) => reason.kind === kind);
}

/** Whether the last event is from an earlier lesson: such a student does not need help now. */
export function isAbsent({ absentFrom }: StudentProgress, now: number): boolean {
  return hasCome(absentFrom, now);
}

/** Whether the student's cell runs long, also if a teacher has resolved that. */
export function runsLong({ runsLongFrom }: StudentProgress, now: number): boolean {
  return hasCome(runsLongFrom, now);
}

/** Whether an instant has come; null never comes. */
export function hasCome(instant: string | null, now: number): boolean {
  return instant !== null && Date.parse(instant) <= now;
}

function snoozedUntil({ attention }: StudentProgress, now: number): number | null {
  const until = attention?.snoozedUntil ? Date.parse(attention.snoozedUntil) : 0;
  return until > now ? until : null;
}
