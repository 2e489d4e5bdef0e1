/**
 * Collects items and flushes them once per frame. A hidden tab has no frames, so a timer replaces them; the last items
 * are always delivered.
 */
export function coalesce<Item>(flush: (items: Item[]) => void, hiddenMs = 250): (item: Item) => void {
  let waiting: Item[] = [];
  const run = () => {
    const items = waiting;
    waiting = [];
    if (items.length > 0) flush(items);
  };
  return (item) => {
    waiting.push(item);
    if (waiting.length > 1) return;
    if (document.visibilityState === "visible") {
      // The timer also runs, as a tab that becomes hidden now would never get its frame.
      requestAnimationFrame(run);
    }
    setTimeout(run, hiddenMs);
  };
}
