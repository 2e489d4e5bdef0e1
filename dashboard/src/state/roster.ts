import type { RosterLine } from "../generated/api";
import type { StudentProgress } from "../generated/wire";
import type { Classroom } from "./classroom";

/** Adds names and teams to pseudonyms and linked guests. Both are joined only in this page's memory. */
export class RosterNames {
  private readonly entries: ReadonlyMap<string, RosterLine>;
  /** Returns the same object for an unchanged student, so that its row is not rendered again. */
  private readonly named = new WeakMap<StudentProgress, StudentProgress>();
  private readonly rooms = new WeakMap<ReadonlyMap<string, StudentProgress>, Map<string, StudentProgress>>();

  constructor(readonly roster: readonly RosterLine[]) {
    this.entries = new Map(roster.flatMap((entry) => [entry.pseudonym, ...entry.guestIds].map((id) => [id, entry])));
  }

  readonly entryOf = (storedId: string): RosterLine | null => this.entries.get(storedId) ?? null;

  /** The ids of the roster line that an id belongs to. */
  readonly idsOf = (storedId: string): readonly string[] => {
    const entry = this.entries.get(storedId);
    return entry ? [entry.userId, entry.pseudonym] : [];
  };

  readonly student = (student: StudentProgress): StudentProgress => {
    const entry = this.entries.get(student.userId);
    if (!entry) return student;
    const known = this.named.get(student) ?? {
      ...student,
      userName: entry.userName ?? entry.userId,
      teamName: entry.teamName,
    };
    this.named.set(student, known);
    return known;
  };

  room(room: Classroom): Classroom {
    if (this.entries.size === 0) return room;
    const students =
      this.rooms.get(room.students) ??
      new Map([...room.students].map(([userId, student]) => [userId, this.student(student)]));
    this.rooms.set(room.students, students);
    return { ...room, students };
  }
}

export const NO_NAMES = new RosterNames([]);
