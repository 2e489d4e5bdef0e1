import type { StudentProgress } from "../generated/wire";
import { hasCome, isAbsent, type Need, needOf, pressing, reasonOf } from "./need";

/** Most urgent first. */
export const STATUSES = ["help", "stuck", "running", "waiting", "error", "idle", "active"] as const;
export type Status = (typeof STATUSES)[number];

export interface Standing {
  readonly student: StudentProgress;
  readonly status: Status;
  /** When the status began (ms, the server's clock). Within a status the earliest comes first. */
  readonly since: number;
  readonly need: Need;
}

/** Everyone's status, most urgent first; `now` is the server's time in ms. */
export function standingsOf(students: Iterable<StudentProgress>, now: number): Standing[] {
  return [...students].map((student) => standingOf(student, now)).sort(byNeed);
}

export function standingOf(student: StudentProgress, now: number): Standing {
  const need = needOf(student, now);
  return { student, need, ...statusOf(student, need, now) };
}

function statusOf(student: StudentProgress, need: Need, now: number): Pick<Standing, "status" | "since"> {
  const lastSeen = Date.parse(student.lastSeen);
  if (isAbsent(student, now)) return { status: "idle", since: lastSeen };
  const reasons = pressing(need);
  const hand = reasonOf(reasons, "hand");
  if (hand) return { status: "help", since: hand.since };
  if (reasonOf(reasons, "streak")) return { status: "stuck", since: lastSeen };
  const running = reasonOf(reasons, "running");
  if (running) return { status: "running", since: running.since };
  if (student.waitingSince !== null) return { status: "waiting", since: Date.parse(student.waitingSince) };
  if (student.unresolvedStreak >= 1) return { status: "error", since: lastSeen };
  return { status: hasCome(student.idleFrom, now) ? "idle" : "active", since: lastSeen };
}

/** Sorts by urgency, then (if stuck) by longest streak, then by longest wait, then by name. */
export function byNeed(one: Standing, other: Standing): number {
  const rank = STATUSES.indexOf(one.status) - STATUSES.indexOf(other.status);
  if (rank !== 0) return rank;
  const streak = other.student.unresolvedStreak - one.student.unresolvedStreak;
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
  const counts: Record<Status, number> = { help: 0, stuck: 0, running: 0, waiting: 0, error: 0, idle: 0, active: 0 };
  for (const standing of standings) counts[standing.status] += 1;
  return counts;
}
