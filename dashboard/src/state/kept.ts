/** What the browser keeps for this page, for a tab or for good; where it may keep nothing, nothing is remembered. */
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

/** Null forgets. */
export function keep(key: string, value: string | null, shelf: Shelf = "localStorage"): void {
  try {
    if (value === null) globalThis[shelf].removeItem(key);
    else globalThis[shelf].setItem(key, value);
  } catch (error) {
    console.warn("the browser keeps nothing for this page", error);
  }
}
