import type { StudentProgress } from "../generated/wire";

/** The number shown for each student while names are hidden. */
export type StandIns = ReadonlyMap<string, number>;

/**
 * Numbers new students by first event, then by id. Students keep their numbers, even when a late event would change the
 * order. Returns `known` itself when there are no new students.
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
