import { KEYS, keep, kept } from "../state/kept";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const dark = matchMedia("(prefers-color-scheme: dark)");

export function chosenTheme(): Theme {
  return THEMES.find((theme) => theme === kept(KEYS.theme)) ?? "system";
}

export function chooseTheme(theme: Theme): void {
  keep(KEYS.theme, theme === "system" ? null : theme);
  showTheme();
}

/** The style sheet and the charts depend on <html data-theme>, which is always light or dark. */
export function showTheme(): void {
  const theme = chosenTheme();
  document.documentElement.dataset.theme = theme === "system" ? (dark.matches ? "dark" : "light") : theme;
}

/** Applies the theme before the first render, and whenever the device changes it. */
export function followTheme(): void {
  showTheme();
  dark.addEventListener("change", showTheme);
}
