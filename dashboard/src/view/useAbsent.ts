import { useEffect, useState } from "preact/hooks";
import type { AbsentStudent } from "../generated/api";
import type { Api } from "../session/api";

/** Who appears meanwhile is known from the live class. */
const EVERY_MS = 60_000;
const NOBODY: readonly AbsentStudent[] = [];

/** The students on the roster who have sent nothing; none while the class is not live. */
export function useAbsent(api: Api, classId: string, live: boolean): readonly AbsentStudent[] {
  const [found, setFound] = useState({ classId, students: NOBODY });
  useEffect(() => {
    if (!live) return;
    let current = true;
    const look = () =>
      api
        .absent(classId)
        .then(({ students }) => current && setFound({ classId, students }))
        .catch((error: unknown) => console.warn("the list of absent students could not be fetched", error));
    void look();
    const timer = setInterval(look, EVERY_MS);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [api, classId, live]);
  return live && found.classId === classId ? found.students : NOBODY;
}
