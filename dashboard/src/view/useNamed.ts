import { useEffect, useState } from "preact/hooks";
import type { MyClass } from "../generated/api";
import { type ManageApi, manages } from "../session/manage";
import { NO_NAMES, RosterNames } from "../state/roster";

/** Students may join during the lesson. */
const EVERY_MS = 60_000;

/** The names of pseudonyms and linked guests, for those who manage the class; only in memory. */
export function useNamed(api: ManageApi, own: MyClass | null): RosterNames {
  const [found, setFound] = useState({ classId: "", names: NO_NAMES });
  const classId = own && manages(own) ? own.classId : null;
  useEffect(() => {
    if (classId === null) return;
    let current = true;
    const look = () =>
      api
        .roster(classId)
        .then((roster) => {
          if (!current) return;
          setFound((before) => {
            const same = before.classId === classId && JSON.stringify(before.names.roster) === JSON.stringify(roster);
            return same ? before : { classId, names: new RosterNames(roster) };
          });
        })
        .catch((error: unknown) => console.warn("the roster could not be fetched", error));
    void look();
    const timer = setInterval(look, EVERY_MS);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [api, classId]);
  return found.classId === classId ? found.names : NO_NAMES;
}
