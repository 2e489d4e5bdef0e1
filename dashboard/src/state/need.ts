import type { StudentProgress } from "../generated/wire";

/*
 * The only place that decides whether a student needs help, and why. The queue, the counts, the filters, the tables and
 * their CSV all go by it. The rule in words: progress/attention.py.
 */

const STUCK_STREAK = 3;
const RUNNING_MS = 30_000;
const BEHIND_MS = 8 * 60_000;
const ABSENT_MS = 2 * 60 * 60_000;

/** Why somebody should go to a student; times in ms. */
export type Reason =
  | { readonly kind: "hand"; readonly since: number }
  | { readonly kind: "streak"; readonly count: number }
  | { readonly kind: "running"; readonly since: number }
  | { readonly kind: "behind"; readonly since: number };

/** The weightiest first. */
export const KINDS: readonly Reason["kind"][] = ["hand", "streak", "running", "behind"];

export interface Need {
  /** What no teacher has settled, the weightiest first. */
  readonly reasons: readonly Reason[];
  /** When a student that a teacher has put off comes back (ms); null for one that is not. */
  readonly snoozedUntil: number | null;
  /** Failed runs in a row that no teacher has settled: fewer than make a reason may be left. */
  readonly streak: number;
}

/** The cell in the middle of the class, by notebook. */
export type Paces = ReadonlyMap<string, number>;
export const NO_PACES: Paces = new Map();

/** What a student needs at `now` (ms, the server's clock), measured against the paces of the whole class. */
export function needOf(student: StudentProgress, now: number, paces: Paces): Need {
  const streak = unsettledStreak(student);
  return { reasons: reasonsOf(student, streak, now, paces), snoozedUntil: snoozedUntil(student, now), streak };
}

/** Why somebody should go there now: nothing for who is put off. */
export function pressing({ reasons, snoozedUntil }: Need): readonly Reason[] {
  return snoozedUntil === null ? reasons : [];
}

/** Whose hands are up: the user ids, in order. */
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

/** Where the active students of each notebook are: the median of their cells. */
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

/** Whether nothing was heard of a student for so long that the lesson was another one: nobody needs help by now. */
export function isAbsent({ lastSeen }: StudentProgress, now: number): boolean {
  return now - Date.parse(lastSeen) > ABSENT_MS;
}

/** Since when (ms) a cell has been running, if that is long; else null. It runs whatever a teacher has settled. */
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

/** The streak, less what was settled: only errors since then count. */
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
