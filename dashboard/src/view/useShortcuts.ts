import { useEffect } from "preact/hooks";
import { KEYS, kept } from "../state/kept";
import { PLACES } from "./Header";
import type { PageProps } from "./page";

interface Actions {
  readonly go: PageProps["go"];
  readonly onNames: () => void;
  readonly onSettings: () => void;
}

/** Single-key shortcuts can be turned off: speech input may trigger them by accident (WCAG 2.1.4). */
export function shortcutsOn(): boolean {
  return kept(KEYS.shortcuts) !== "off";
}

export function useShortcuts({ go, onNames, onSettings }: Actions): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
      if (!shortcutsOn() || isTyping(event.target) || document.querySelector("dialog[open]")) return;
      const place = PLACES[Number(event.key) - 1];
      if (event.key === "n") onNames();
      else if (event.key === "?") onSettings();
      else if (event.key === "/") document.querySelector<HTMLElement>(".filters .search")?.focus();
      else if (place) go({ view: place, userId: null, cellId: null });
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [go, onNames, onSettings]);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}
