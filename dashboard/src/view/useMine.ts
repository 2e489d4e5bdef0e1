import { useCallback, useEffect, useState } from "preact/hooks";
import type { MyClass } from "../generated/api";
import type { ManageApi } from "../session/manage";

const EVERY_MS = 60_000;

export interface Mine {
  /** Null before the first answer. */
  readonly classes: readonly MyClass[] | null;
  /** Whether the latest request failed. */
  readonly failed: boolean;
  readonly look: () => Promise<void>;
}

/** The classes of the signed-in user. */
export function useMine(api: ManageApi): Mine {
  const [found, setFound] = useState<Omit<Mine, "look">>({ classes: null, failed: false });
  const look = useCallback(async () => {
    try {
      setFound({ classes: await api.classes(), failed: false });
    } catch (error) {
      console.warn("the user's classes could not be loaded", error);
      setFound(({ classes }) => ({ classes, failed: true }));
    }
  }, [api]);
  useEffect(() => {
    void look();
    const timer = setInterval(look, EVERY_MS);
    return () => clearInterval(timer);
  }, [look]);
  return { ...found, look };
}
