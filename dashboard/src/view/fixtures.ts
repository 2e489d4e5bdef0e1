import { act } from "preact/test-utils";

/** User actions for tests. `words` is the accessible name of the element. */
export async function press(page: Element, words: string): Promise<void> {
  await act(async () => buttonOf(page, words).click());
}

export function buttonOf(page: Element, words: string): HTMLButtonElement {
  const found = [...page.querySelectorAll("button")].find(
    (button) => (button.getAttribute("aria-label") ?? button.textContent.trim()) === words,
  );
  if (!found) throw new Error(`no button “${words}” in: ${page.textContent}`);
  return found;
}

export async function fill(page: Element, label: string, text: string): Promise<void> {
  const field = fieldOf(page, label);
  await act(async () => {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

export function fieldOf(page: Element, label: string): HTMLInputElement {
  const around = [...page.querySelectorAll("label")].find((found) => found.textContent.trim().startsWith(label));
  const field =
    around?.querySelector<HTMLInputElement>("input, textarea, select") ??
    page.querySelector<HTMLInputElement>(`[aria-label="${label}"]`);
  if (!field) throw new Error(`no field “${label}” in: ${page.textContent}`);
  return field;
}

export function textOf(page: Element, selector: string): string | null {
  return page.querySelector(selector)?.textContent ?? null;
}

/** Waits until pending requests are answered and rendered. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1)
    await act(async () => void (await new Promise((done) => setTimeout(done, 0))));
}
