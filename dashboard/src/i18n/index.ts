import { KEYS, kept } from "../state/kept";
import { en, type Texts } from "./en";
import { ja } from "./ja";

export const LANGUAGES = ["en", "ja"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language chosen on this page, else the browser's; English if the dashboard has no translation. */
export function languageFor(chosen: string | null, browser: string): Language {
  const known = LANGUAGES.find((language) => language === chosen);
  return known ?? (browser.toLowerCase().startsWith("ja") ? "ja" : "en");
}

/** Set when the page loads; changing the language reloads the page. */
export const language: Language = languageFor(kept(KEYS.language), navigator.language);
export const t: Texts = { en, ja }[language];

/** "40 s", "3 min", "2 h": as precise as a teacher needs it. */
export function duration(ms: number, texts: Texts = t): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return texts.seconds(seconds);
  if (seconds < 3600) return texts.minutes(Math.floor(seconds / 60));
  return texts.hours(Math.floor(seconds / 3600));
}

/** How long ago. Changes every ten seconds in the first minute: a thousand rows must not render each second. */
export function ago(ms: number, texts: Texts = t): string {
  if (ms < 10_000) return texts.now;
  const coarse = ms < 60_000 ? Math.floor(ms / 10_000) * 10_000 : ms;
  return texts.ago(duration(coarse, texts));
}

const clock = new Intl.DateTimeFormat(language, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/** The local time, 24 hours. */
export function timeOfDay(ms: number): string {
  return clock.format(ms);
}

const day = new Intl.DateTimeFormat(language, { dateStyle: "medium" });

/** The local date and time, 24 hours. */
export function dayAndTime(ms: number): string {
  return `${day.format(ms)} ${timeOfDay(ms)}`;
}
