/** Calls `action` when the network returns or the tab becomes visible; returns a function that unsubscribes. */
export function onWake(action: () => void): () => void {
  const seen = () => {
    if (document.visibilityState === "visible") action();
  };
  addEventListener("online", action);
  document.addEventListener("visibilitychange", seen);
  return () => {
    removeEventListener("online", action);
    document.removeEventListener("visibilitychange", seen);
  };
}

/** Calls `action` when the device goes offline; returns a function that unsubscribes. */
export function onOffline(action: () => void): () => void {
  addEventListener("offline", action);
  return () => removeEventListener("offline", action);
}
