import type { Progress } from "../generated/wire";

export type Cells = Pick<Progress, "classId" | "cells">;

const listeners = new Set<(message: Cells) => void>();

/** Hears the changed cells of the class that the page shows, as they come; returns how to stop that. */
export function onCells(hear: (message: Cells) => void): () => void {
  listeners.add(hear);
  return () => void listeners.delete(hear);
}

/** Only a grid keeps cells: for every other view they would be kept for nothing. */
export function tellCells(message: Cells): void {
  for (const hear of listeners) hear(message);
}
