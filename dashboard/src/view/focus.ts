/** Where a reader goes on after a step to another view: its heading, else the view itself. */
export function focusHeading(main: HTMLElement): void {
  const target = main.querySelector<HTMLElement>("h1, h2") ?? main;
  target.tabIndex = -1;
  target.focus();
}
