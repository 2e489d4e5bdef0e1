import { useEffect, useState } from "preact/hooks";
import { fetchUnavailable, type Part } from "../session/health";

const EVERY_MS = 5000;

/** The services that are unavailable now. */
export function useUnavailable(): readonly Part[] {
  const [unavailable, setUnavailable] = useState<readonly Part[]>([]);
  useEffect(() => {
    let current = true;
    const look = () =>
      fetchUnavailable()
        .then((found) => current && setUnavailable(found))
        // No answer: the connection state shows that, and the services are unknown.
        .catch(() => current && setUnavailable([]));
    void look();
    const timer = setInterval(look, EVERY_MS);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, []);
  return unavailable;
}
