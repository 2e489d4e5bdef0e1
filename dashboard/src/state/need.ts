import type { StudentProgress } from "../generated/wire";

/*
 * The only place that decides whether a student needs help, and why. The queue, counts, filters, tables and CSV files
 * all use it. progress/attention.py describes the rule.
 */

const STUCK_STREAK = 3;
const RUNNING_MS = 30_000;
const BEHIND_MS = 8 * 60_000;
const ABSENT_MS = 2 * 60 * 60_000;

/** Why a student needs help; times in ms. */
export type Reason =
  | { readonly kind: "hand"; readonly since: number }
  | { readonly kind: "streak"; readonly count: number }
  | { readonly kind: "running"; readonly since: number }
  | { readonly kind: "behind"; readonly since: number };

/** Most urgent first. */
export const KINDS: readonly Reason["kind"][] = ["hand", "streak", "running", "behind"];

export interface Need {
  /** The reasons that no teacher has resolved, most urgent first. */
  readonly reasons: readonly Reason[];
  /** When a snooze ends (ms); null if the student is not snoozed. */
  readonly snoozedUntil: number | null;
  /** Consecutive failed runs that no teacher has resolved. May be too few to be a reason. */
  readonly streak: number;
}

/** The median cell of the class, by notebook. */
export type Paces = ReadonlyMap<string, number>;
export const NO_PACES: Paces = new Map();

/** What a student needs at `now` (ms, the server's clock), compared with the paces of the full class. */
export function needOf(student: StudentProgress, now: number, paces: Paces): Need {
  const streak = unsettledStreak(student);
  return { reasons: reasonsOf(student, streak, now, paces), snoozedUntil: snoozedUntil(student, now), streak };
}

/** The reasons to help now; none while the student is snoozed. */
export function pressing({ reasons, snoozedUntil }: Need): readonly Reason[] {
  return snoozedUntil === null ? reasons : [];
}

/** The user ids of the students with a raised hand, sorted. */
export function handsUp(students: Iterable<StudentProgress>, now: number): string[] {
  const up = [...students].filter((student) => reasonOf(pressing(needOf(student, now, NO_PACES)), "hand"));
  return up.map(({ userId }) => userId).sort();
}

export function reasonOf<Kind extends Reason["kind"]>(
  reasons: readonly Reason[],
  kind: Kind,
): Extract<Reason, { kind: Kind }> | undefined {
  return reasons.find((reason): reason is Extract<Reason, { kind: Kind }> => reason.kind === kind);
}

/** The median cell of the active students of each notebook. */
export function pacesOf(everyone: Iterable<StudentProgress>, now: number): Paces {
  const places = new Map<string, number[]>();
  for (const { notebookPath, cellIndex, lastSeen } of everyone) {
    if (notebookPath === null || cellIndex === null || now - Date.parse(lastSeen) > BEHIND_MS) continue;
    const known = places.get(notebookPath);
    if (known) known.push(cellIndex);
    else places.set(notebookPath, [cellIndex]);
  }
  return new Map([...places].map(([notebook, cells]) => [notebook, median(cells)]));
}

/** Whether the last event is from an earlier lesson: such a student does not need help now. */
export function isAbsent({ lastSeen }: StudentProgress, now: number): boolean {
  return now - Date.parse(lastSeen) > ABSENT_MS;
}

/** The start (ms) of a long-running cell, else null. Resolving a student does not change it. */
export function runningLate({ runningSince }: StudentProgress, now: number): number | null {
  if (runningSince === null) return null;
  const since = Date.parse(runningSince);
  return now - since > RUNNING_MS ? since : null;
}

function reasonsOf(student: StudentProgress, streak: number, now: number, paces: Paces): Reason[] {
  if (isAbsent(student, now)) return [];
  const reasons: Reason[] = [];
  const { helpSince, attention } = student;
  if (helpSince !== null && helpSince !== attention?.resolvedHelp) {
    reasons.push({ kind: "hand", since: Date.parse(helpSince) });
  }
  if (streak >= STUCK_STREAK) reasons.push({ kind: "streak", count: streak });
  if (!heardSinceSettled(student)) return reasons;
  const running = runningLate(student, now);
  if (running !== null) reasons.push({ kind: "running", since: running });
  const lastSeen = Date.parse(student.lastSeen);
  if (isBehind(student, paces) && now - lastSeen > BEHIND_MS) reasons.push({ kind: "behind", since: lastSeen });
  return reasons;
}

/** The streak without resolved errors: only errors since then count. */
function unsettledStreak({ errorStreak, errors, attention }: StudentProgress): number {
  return attention?.resolvedAt ? Math.max(0, Math.min(errorStreak, errors - attention.resolvedErrors)) : errorStreak;
}

function heardSinceSettled({ lastSeen, attention }: StudentProgress): boolean {
  return !attention?.resolvedAt || Date.parse(lastSeen) > Date.parse(attention.resolvedAt);
}

function snoozedUntil({ attention }: StudentProgress, now: number): number | null {
  const until = attention?.snoozedUntil ? Date.parse(attention.snoozedUntil) : 0;
  return until > now ? until : null;
}

function isBehind({ notebookPath, cellIndex }: StudentProgress, paces: Paces): boolean {
  const pace = notebookPath === null ? undefined : paces.get(notebookPath);
  return pace !== undefined && cellIndex !== null && cellIndex < pace;
}

function median(numbers: number[]): number {
  numbers.sort((one, other) => one - other);
  const middle = (numbers.length - 1) / 2;
  const [lower = 0, upper = lower] = [numbers[Math.floor(middle)], numbers[Math.ceil(middle)]];
  return (lower + upper) / 2;
}
