import { useEffect, useMemo, useState } from "preact/hooks";
import { backoff } from "../live/backoff";
import { onWake } from "../live/wake";
import { linkFromAddress } from "../session/link";
import { Session, type SessionState } from "../session/session";
import { KEYS, keep } from "../state/kept";

const CHANNEL = "classpulse.session";
const SIGNED_OUT = "signed out";

/** Ends this sign-in, or all sign-ins of the user. Both reject when the server is unavailable. */
export interface Leave {
  readonly signOut: () => Promise<void>;
  readonly endAll: () => Promise<void>;
}

/** The session of this page: begins on load, and retries while the server is unavailable. */
export function useSession(): { session: Session; state: SessionState; leave: Leave } {
  const [state, setState] = useState<SessionState>({ state: "opening" });
  const session = useMemo(() => new Session(setState), []);
  const [link] = useState(linkFromAddress);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => void session.begin(link), [attempt]);

  const unavailable = state.state === "unavailable";
  useEffect(() => {
    if (!unavailable) return;
    const again = () => setAttempt((before) => before + 1);
    const timer = setTimeout(again, backoff(attempt + 1));
    const stopWake = onWake(again);
    return () => {
      clearTimeout(timer);
      stopWake();
    };
  }, [unavailable, attempt]);

  useEffect(() => {
    // Signing out on a shared computer has to apply to every tab.
    const channel = new BroadcastChannel(CHANNEL);
    channel.onmessage = ({ data }) => data === SIGNED_OUT && session.end("nobody");
    return () => channel.close();
  }, []);

  const left = () => {
    keep(KEYS.teacher, null);
    const channel = new BroadcastChannel(CHANNEL);
    channel.postMessage(SIGNED_OUT);
    channel.close();
  };
  const leave = useMemo<Leave>(
    () => ({ signOut: () => session.signOut().then(left), endAll: () => session.endAll().then(left) }),
    [session],
  );
  return { session, state, leave };
}
