/** Settings in the browser's storage, for the tab or permanently. If storage is blocked, settings are not saved. */
export const KEYS = {
  names: "classpulse.names",
  theme: "classpulse.theme",
  language: "classpulse.language",
  teacher: "classpulse.teacher",
  shortcuts: "classpulse.shortcuts",
} as const;

type Shelf = "localStorage" | "sessionStorage";

export function kept(key: string, shelf: Shelf = "localStorage"): string | null {
  try {
    return globalThis[shelf].getItem(key);
  } catch {
    return null;
  }
}

/** Null removes the value. */
export function keep(key: string, value: string | null, shelf: Shelf = "localStorage"): void {
  try {
    if (value === null) globalThis[shelf].removeItem(key);
    else globalThis[shelf].setItem(key, value);
  } catch (error) {
    console.warn("the browser's storage is unavailable", error);
  }
}
