import { useCallback, useState } from "preact/hooks";
import type { Person } from "../../session/session";
import { KEYS, keep, kept } from "../../state/kept";
import { NAME_LENGTH } from "./You";

/**
 * The teacher's own name, which the other teachers see: the account's, in which the server signs. The operator has none;
 * it is empty until it has been asked for.
 */
export function useTeacher(person: Person): readonly [string, (name: string) => void] {
  const [teacher, setTeacher] = useState(() => (person.operator ? (kept(KEYS.teacher) ?? "") : cut(person.name)));
  const choose = useCallback((name: string) => {
    keep(KEYS.teacher, name || null);
    setTeacher(name);
  }, []);
  return [teacher, choose];
}

/** As the server cuts it, by characters. */
function cut(name: string): string {
  return [...name].slice(0, NAME_LENGTH).join("");
}
