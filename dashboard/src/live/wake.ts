/** Calls back when the network returns or the tab is looked at again; returns how to stop that. */
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

/** Calls back when the device has lost its network; returns how to stop that. */
export function onOffline(action: () => void): () => void {
  addEventListener("offline", action);
  return () => removeEventListener("offline", action);
}
