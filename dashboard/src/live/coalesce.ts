/**
 * Gathers items and hands them on once a frame; the last ones always come. A hidden tab has no frames, so a timer
 * stands in for them.
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
      // Whichever comes first: a tab that gets hidden between the two would never see its frame.
      requestAnimationFrame(run);
    }
    setTimeout(run, hiddenMs);
  };
}
