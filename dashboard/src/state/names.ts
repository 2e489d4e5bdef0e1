import type { StudentProgress } from "../generated/wire";

/** The number that stands for each student while names are hidden. */
export type StandIns = ReadonlyMap<string, number>;

/**
 * Numbers who is new by first event, then by id. Who has a number keeps it, even when an event that comes late makes
 * somebody else the earlier one; `known` itself comes back when nobody is new.
 */
export function standIns(students: Iterable<StudentProgress>, known: StandIns): StandIns {
  const fresh = [...students].filter((student) => !known.has(student.userId));
  if (fresh.length === 0) return known;
  fresh.sort(
    (one, other) => Date.parse(one.firstEvent) - Date.parse(other.firstEvent) || (one.userId < other.userId ? -1 : 1),
  );
  const numbers = new Map(known);
  for (const { userId } of fresh) numbers.set(userId, numbers.size + 1);
  return numbers;
}
