import type { NotebookLine } from "../generated/api";
import type { StudentProgress } from "../generated/wire";
import type { Route, View } from "./route";
import type { Standing } from "./status";

export type Filters = Pick<Route, "team" | "notebook" | "search">;

/** `words` returns the searchable texts of a student. It omits a hidden name, since a search would reveal it. */
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

/** What the view's search field finds; null for a view without search. */
export function looksFor(view: View): "students" | "errors" | null {
  return view === "errors" ? "errors" : view === "help" || view === "grid" ? "students" : null;
}

export function isFiltered(route: Filters & Pick<Route, "status">): boolean {
  return route.team !== null || route.notebook !== null || route.status !== null || route.search.trim() !== "";
}

const inOrder = new Intl.Collator(undefined, { numeric: true }).compare;

/** The choices of a filter. The current choice is always included, so that the field shows the active filter. */
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
