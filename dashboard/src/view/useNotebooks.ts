import { useEffect, useState } from "preact/hooks";
import type { NotebookLine } from "../generated/api";
import type { Api } from "../session/api";
import { isClosed } from "../session/http";

const EVERY_MS = 30_000;
const NONE: readonly NotebookLine[] = [];

/** All notebooks of the class, used now or before. closed: the user may not open the class. */
export function useNotebooks(
  api: Api,
  classId: string,
  attempt: number,
): { notebooks: readonly NotebookLine[]; closed: boolean } {
  const [found, setFound] = useState({ classId, notebooks: NONE, closed: false });
  useEffect(() => {
    let current = true;
    const look = () =>
      api
        .notebooks(classId)
        .then(({ notebooks }) => current && setFound({ classId, notebooks, closed: false }))
        .catch((error: unknown) => {
          // The page already shows that the server is unavailable.
          console.warn("the list of notebooks could not be fetched", error);
          if (current && isClosed(error)) setFound({ classId, notebooks: NONE, closed: true });
        });
    void look();
    const timer = setInterval(look, EVERY_MS);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [api, classId, attempt]);
  return found.classId === classId ? found : { notebooks: NONE, closed: false };
}
