/** Focuses the new view's heading, or the view itself, so that a screen reader continues there. */
export function focusHeading(main: HTMLElement): void {
  const target = main.querySelector<HTMLElement>("h1, h2") ?? main;
  target.tabIndex = -1;
  target.focus();
}
