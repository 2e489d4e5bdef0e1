import type { ErrorGroup } from "../generated/api";

export const ERROR_SORTS = ["newest", "students"] as const;
export type ErrorSort = (typeof ERROR_SORTS)[number];

/** The groups that match the search, newest first (the given order) or by number of students. */
export function shownErrors(groups: readonly ErrorGroup[], search: string, sort: ErrorSort): readonly ErrorGroup[] {
  const text = search.trim().toLowerCase();
  const found = groups.filter(({ errorName, message, notebookPath, cellId }) =>
    [errorName, message, notebookPath ?? "", cellId ?? ""].some((field) => field.toLowerCase().includes(text)),
  );
  return sort === "newest" ? found : [...found].sort((one, other) => other.students - one.students);
}

export function keyOf({ notebookPath, cellId, errorName, message }: ErrorGroup): string {
  return JSON.stringify([notebookPath, cellId, errorName, message]);
}
