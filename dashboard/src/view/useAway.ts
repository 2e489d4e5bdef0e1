import { useEffect, useState } from "preact/hooks";
import { fetchAway, type Part } from "../session/health";

const EVERY_MS = 5000;

/** Which parts of ClassPulse do not answer just now. */
export function useAway(): readonly Part[] {
  const [away, setAway] = useState<readonly Part[]>([]);
  useEffect(() => {
    let current = true;
    const look = () =>
      fetchAway()
        .then((found) => current && setAway(found))
        // No answer at all is what the connection state shows; what was known of the parts is not known any more.
        .catch(() => current && setAway([]));
    void look();
    const timer = setInterval(look, EVERY_MS);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, []);
  return away;
}
