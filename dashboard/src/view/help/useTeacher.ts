import { useCallback, useState } from "preact/hooks";
import type { Person } from "../../session/session";
import { KEYS, keep, kept } from "../../state/kept";
import { NAME_LENGTH } from "./You";

/**
 * The name that other teachers see. The server uses the name of the account; an operator has none and enters one.
 * Empty until entered.
 */
export function useTeacher(person: Person): readonly [string, (name: string) => void] {
  const [teacher, setTeacher] = useState(() => (person.operator ? (kept(KEYS.teacher) ?? "") : cut(person.name)));
  const choose = useCallback((name: string) => {
    keep(KEYS.teacher, name || null);
    setTeacher(name);
  }, []);
  return [teacher, choose];
}

/** Truncates by code points, as the server does. */
function cut(name: string): string {
  return [...name].slice(0, NAME_LENGTH).join("");
}
