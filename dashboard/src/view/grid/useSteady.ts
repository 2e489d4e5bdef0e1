import { useRef } from "preact/hooks";
import { inPlace, type Sort } from "../../state/grid";

/** Rows that change places more often cannot be read. */
const REORDER_MS = 2000;

/** Whether somebody points into the grid or walks through it. */
export interface Busy {
  pointer: boolean;
  keyboard: boolean;
}

/** The order of the rows. One that somebody points at or is in does not move away: it is in its place when they have left. */
export function useSteady(
  userIds: readonly string[],
  sort: Sort,
  arrange: () => readonly string[],
  { current: busy }: { readonly current: Busy },
): readonly string[] {
  const last = useRef({ order: userIds, sort, at: -Infinity });
  const now = performance.now();
  const held = sort === last.current.sort && (busy.pointer || busy.keyboard || now - last.current.at < REORDER_MS);
  last.current = held
    ? { ...last.current, order: inPlace(userIds, last.current.order) }
    : { order: arrange(), sort, at: now };
  return last.current.order;
}
