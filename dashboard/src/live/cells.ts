import type { Progress } from "../generated/wire";

export type Cells = Pick<Progress, "classId" | "cells">;

const listeners = new Set<(message: Cells) => void>();

/** Calls `listener` with changed cells of the class on the page; returns a function that unsubscribes. */
export function onCells(listener: (message: Cells) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Cells are not part of the class state, as only the grid uses them. */
export function publishCells(message: Cells): void {
  for (const listener of listeners) listener(message);
}
