import type { StudentProgress } from "../generated/wire";
import { isAbsent, runningLate, STUCK_STREAK } from "./status";

const BEHIND_MS = 8 * 60_000;

/** Why somebody should go to a student; times in ms. */
export type Reason =
  | { readonly kind: "hand"; readonly since: number }
  | { readonly kind: "streak"; readonly count: number }
  | { readonly kind: "running"; readonly since: number }
  | { readonly kind: "behind"; readonly since: number };

/** The weightiest first. */
const KINDS: readonly Reason["kind"][] = ["hand", "streak", "running", "behind"];

export interface Need {
  readonly student: StudentProgress;
  /** At least one, the weightiest first. */
  readonly reasons: readonly [Reason, ...Reason[]];
}

export interface Queue {
  /** Who needs help, the neediest first. */
  readonly waiting: readonly Need[];
  /** Who would, but is put off; who comes back first is first. */
  readonly snoozed: readonly Need[];
}

/** The queue of `students`, measured against the whole class; `now` is the server's time in ms. */
export function queueOf(students: Iterable<StudentProgress>, everyone: Iterable<StudentProgress>, now: number): Queue {
  const paces = medianCells(everyone, now);
  const needs = [...students].flatMap((student) => {
    const [first, ...others] = reasonsOf(student, paces, now);
    return first ? [{ student, reasons: [first, ...others] } satisfies Need] : [];
  });
  const snoozed = needs.filter(({ student }) => snoozedUntil(student) > now);
  return {
    waiting: needs.filter(({ student }) => snoozedUntil(student) <= now).sort(byWeight),
    snoozed: snoozed.sort((one, other) => snoozedUntil(one.student) - snoozedUntil(other.student)),
  };
}

/** A raised hand that no teacher has settled. */
export function handUp({ helpSince, attention }: StudentProgress): boolean {
  return helpSince !== null && helpSince !== (attention?.resolvedHelp ?? null);
}

/** When a student that is put off comes back (ms), or 0. */
export function snoozedUntil({ attention }: StudentProgress): number {
  return attention?.snoozedUntil ? Date.parse(attention.snoozedUntil) : 0;
}

/**
 * `order` (user ids) as far as it goes, then who is new: what a teacher is about to press must not move away.
 */
export function inPlace(needs: readonly Need[], order: readonly string[]): readonly Need[] {
  const places = new Map(order.map((userId, place) => [userId, place]));
  const place = ({ student }: Need) => places.get(student.userId) ?? order.length;
  return [...needs].sort((one, other) => place(one) - place(other));
}

function reasonsOf(student: StudentProgress, paces: ReadonlyMap<string, number>, now: number): Reason[] {
  if (isAbsent(student, now)) return [];
  const reasons: Reason[] = [];
  if (handUp(student)) reasons.push({ kind: "hand", since: Date.parse(student.helpSince!) });
  const count = unsettledStreak(student);
  if (count >= STUCK_STREAK) reasons.push({ kind: "streak", count });
  if (!heardSinceSettled(student)) return reasons;
  const running = runningLate(student, now);
  if (running !== null) reasons.push({ kind: "running", since: running });
  const lastSeen = Date.parse(student.lastSeen);
  const pace = student.notebookPath === null ? undefined : paces.get(student.notebookPath);
  const behind = pace !== undefined && student.cellIndex !== null && student.cellIndex < pace;
  if (behind && now - lastSeen > BEHIND_MS) reasons.push({ kind: "behind", since: lastSeen });
  return reasons;
}

/** The streak, less what was settled: only errors since then count. */
function unsettledStreak({ errorStreak, errors, attention }: StudentProgress): number {
  return Math.min(errorStreak, errors - (attention?.resolvedErrors ?? 0));
}

function heardSinceSettled({ lastSeen, attention }: StudentProgress): boolean {
  return !attention?.resolvedAt || Date.parse(lastSeen) > Date.parse(attention.resolvedAt);
}

/** Where the active students of each notebook are: the median of their cells. */
function medianCells(everyone: Iterable<StudentProgress>, now: number): Map<string, number> {
  const places = new Map<string, number[]>();
  for (const { notebookPath, cellIndex, lastSeen } of everyone) {
    if (notebookPath === null || cellIndex === null || now - Date.parse(lastSeen) > BEHIND_MS) continue;
    const known = places.get(notebookPath);
    if (known) known.push(cellIndex);
    else places.set(notebookPath, [cellIndex]);
  }
  return new Map([...places].map(([notebook, cells]) => [notebook, median(cells)]));
}

function median(numbers: number[]): number {
  numbers.sort((one, other) => one - other);
  const middle = (numbers.length - 1) / 2;
  return (numbers[Math.floor(middle)]! + numbers[Math.ceil(middle)]!) / 2;
}

/** By the weightiest reason; then who has nobody yet; then the longer streak or wait; then who has more reasons. */
function byWeight(one: Need, other: Need): number {
  return (
    KINDS.indexOf(one.reasons[0].kind) - KINDS.indexOf(other.reasons[0].kind) ||
    Number(isClaimed(one)) - Number(isClaimed(other)) ||
    urgency(one.reasons[0]) - urgency(other.reasons[0]) ||
    other.reasons.length - one.reasons.length ||
    (one.student.userId < other.student.userId ? -1 : 1)
  );
}

function isClaimed({ student }: Need): boolean {
  return student.attention?.claimedBy != null;
}

/** Less is more urgent, among reasons of one kind. */
function urgency(reason: Reason): number {
  return reason.kind === "streak" ? -reason.count : reason.since;
}
