import { KINDS, type Reason } from "./need";
import type { Standing } from "./status";

/** A student with at least one reason, the most urgent first. */
export interface Waiting extends Pick<Standing, "student" | "need"> {
  readonly first: Reason;
}

export interface Queue {
  /** The students who need help, most urgent first. */
  readonly waiting: readonly Waiting[];
  /** The snoozed students with a reason, the next to return first. */
  readonly snoozed: readonly Waiting[];
}

export function queueOf(standings: readonly Standing[]): Queue {
  const all = standings.flatMap(({ student, need }) => {
    const [first] = need.reasons;
    return first ? [{ student, need, first }] : [];
  });
  return {
    waiting: all.filter(({ need }) => need.snoozedUntil === null).sort(byWeight),
    snoozed: all
      .filter(({ need }) => need.snoozedUntil !== null)
      .sort((one, other) => (one.need.snoozedUntil ?? 0) - (other.need.snoozedUntil ?? 0)),
  };
}

/**
 * The entries in `order` (user ids), then the new ones: a button must not move when a teacher is about to press it.
 */
export function inPlace(waiting: readonly Waiting[], order: readonly string[]): readonly Waiting[] {
  const places = new Map(order.map((userId, place) => [userId, place]));
  const place = ({ student }: Waiting) => places.get(student.userId) ?? order.length;
  return [...waiting].sort((one, other) => place(one) - place(other));
}

/** By most urgent reason, unclaimed before claimed, longer streak or wait, then number of reasons. */
function byWeight(one: Waiting, other: Waiting): number {
  return (
    KINDS.indexOf(one.first.kind) - KINDS.indexOf(other.first.kind) ||
    Number(isClaimed(one)) - Number(isClaimed(other)) ||
    urgency(one.first) - urgency(other.first) ||
    other.need.reasons.length - one.need.reasons.length ||
    (one.student.userId < other.student.userId ? -1 : 1)
  );
}

function isClaimed({ student }: Waiting): boolean {
  return student.attention?.claimedBy != null;
}

/** Lower is more urgent, within one kind of reason. */
function urgency(reason: Reason): number {
  return reason.count === null ? reason.since : -reason.count;
}
