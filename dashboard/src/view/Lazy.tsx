import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n";
import { Broken } from "./Broken";

/** A page that is loaded on first use. */
export function Lazy({ load }: { load: () => Promise<ComponentType> }) {
  const [found, setFound] = useState<{ page: ComponentType } | "failed" | null>(null);
  useEffect(() => {
    load()
      .then((page) => setFound({ page }))
      .catch((error: unknown) => {
        console.warn("a page could not be fetched", error);
        setFound("failed");
      });
  }, [load]);
  if (found === null) return <p class="hint">{t.viewLoading}</p>;
  return found === "failed" ? <Broken /> : <found.page />;
}
