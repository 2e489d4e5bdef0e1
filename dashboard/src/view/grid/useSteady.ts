import { useRef } from "preact/hooks";
import { inPlace, type Sort } from "../../state/grid";

/** More frequent reordering would make rows unreadable. */
const REORDER_MS = 2000;

/** Whether the pointer or the keyboard focus is in the grid. */
export interface Busy {
  pointer: boolean;
  keyboard: boolean;
}

/** The order of the rows. It does not change while the pointer or the focus is in the grid. */
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
