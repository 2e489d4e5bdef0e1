import type { NotebookLine } from "../generated/api";
import type { StudentProgress } from "../generated/wire";
import type { Route, View } from "./route";
import type { Standing } from "./status";

export type Filters = Pick<Route, "team" | "notebook" | "search">;

/** `words` are what of a student may be searched: not the name while it is hidden, or a search would tell it. */
export function passes(
  student: StudentProgress,
  filters: Filters,
  words: (student: StudentProgress) => string[],
): boolean {
  if (filters.team !== null && student.teamName !== filters.team) return false;
  if (filters.notebook !== null && student.notebookPath !== filters.notebook) return false;
  const text = filters.search.trim().toLowerCase();
  if (text === "") return true;
  return [...words(student), student.teamName ?? "", student.notebookPath ?? ""].some((word) =>
    word.toLowerCase().includes(text),
  );
}

/** What the search field of a view looks for; null where there is none. */
export function looksFor(view: View): "students" | "errors" | null {
  return view === "errors" ? "errors" : view === "help" || view === "grid" ? "students" : null;
}

export function isFiltered(route: Filters & Pick<Route, "status">): boolean {
  return route.team !== null || route.notebook !== null || route.status !== null || route.search.trim() !== "";
}

const inOrder = new Intl.Collator(undefined, { numeric: true }).compare;

/** What there is to choose from; a choice that is gone stays, so that the field says what is filtered by. */
export function teamsOf(standings: readonly Standing[], chosen: string | null): string[] {
  return choices([...standings.map(({ student }) => student.teamName), chosen]);
}

export function notebooksOf(
  standings: readonly Standing[],
  lines: readonly NotebookLine[],
  chosen: string | null,
): string[] {
  return choices([
    ...lines.map((line) => line.notebookPath),
    ...standings.map(({ student }) => student.notebookPath),
    chosen,
  ]);
}

function choices(found: readonly (string | null)[]): string[] {
  return [...new Set(found)].filter((choice): choice is string => Boolean(choice)).sort(inOrder);
}
