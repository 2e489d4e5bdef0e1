import { useCallback, useMemo, useRef, useState } from "preact/hooks";
import type { RosterLine } from "../generated/api";
import type { StudentProgress } from "../generated/wire";
import { t } from "../i18n";
import type { Classroom } from "../state/classroom";
import { KEYS, keep, kept } from "../state/kept";
import { type Doubt, doubtsAbout } from "../state/lookalikes";
import { type StandIns, standIns } from "../state/names";
import { nameOf } from "../state/status";
import { doubtOf } from "./Doubtful";

export interface Names {
  readonly hidden: boolean;
  readonly toggle: () => void;
  readonly who: (userId: string) => string;
  /** Why the id or the name of a student is not what it looks like; null if it is, or while names are hidden. */
  readonly doubt: (userId: string) => string | null;
  /** The searchable texts of a student. */
  readonly words: (student: StudentProgress) => string[];
}

const NOBODY: StandIns = new Map();
/** The form of the ids that joining with a class key gives. */
const GUEST = "guest-";
const NO_DOUBTS: ReadonlyMap<string, Doubt> = new Map();

/** Names (from the roster in a pseudonymous class), or stand-ins while names are hidden, as the tab remembers. */
export function useNames(room: Classroom, entryOf: (userId: string) => RosterLine | null): Names {
  const [hidden, setHidden] = useState(() => kept(KEYS.names, "sessionStorage") === "hidden");
  const latest = useRef(room);
  latest.current = room;
  const known = useRef({ classId: room.classId, numbers: NOBODY });
  const numbers = useMemo(() => {
    const before = known.current.classId === room.classId ? known.current.numbers : NOBODY;
    const found = hidden ? standIns(room.students.values(), before) : before;
    // Keep no numbers of an incomplete class: they would follow the order of arrival.
    if (room.synced) known.current = { classId: room.classId, numbers: found };
    return found;
  }, [hidden, room.students, room.synced]);

  // Behind a reference, so that `who` stays the same: a new one would render every row again.
  const doubts = useRef(NO_DOUBTS);
  doubts.current = useMemo(() => (hidden ? NO_DOUBTS : doubtsAbout(room.students.values())), [hidden, room.students]);
  const doubt = useCallback((userId: string) => {
    return doubtOf(doubts.current, userId);
  }, []);

  const toggle = useCallback(() => {
    setHidden((before) => {
      keep(KEYS.names, before ? null : "hidden", "sessionStorage");
      return !before;
    });
  }, []);
  const who = useCallback(
    (userId: string) => {
      if (hidden) return t.names.standIn(numbers.get(userId) ?? null);
      const student = latest.current.students.get(userId);
      if (student) {
        // Anybody with the class key may join under any name.
        const guest = userId.startsWith(GUEST) && entryOf(userId) === null;
        const name = guest ? t.names.unverified(nameOf(student)) : nameOf(student);
        return doubts.current.has(userId) ? `${name} ⚠` : name;
      }
      const entry = entryOf(userId);
      return entry?.userName ?? entry?.userId ?? userId;
    },
    [hidden, numbers, entryOf],
  );
  const words = useCallback(
    (student: StudentProgress) =>
      hidden ? [who(student.userId)] : [nameOf(student), student.userId, entryOf(student.userId)?.userId ?? ""],
    [hidden, who, entryOf],
  );
  return { hidden, toggle, who, doubt, words };
}
