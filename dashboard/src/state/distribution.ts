import type { Standing } from "./status";

/** The notebook with the most students; the first by name among equals. Null if no student is in a notebook. */
export function mostUsed(standings: readonly Standing[]): string | null {
  const counts = new Map<string, number>();
  for (const { student } of standings) {
    if (student.notebookPath !== null) counts.set(student.notebookPath, (counts.get(student.notebookPath) ?? 0) + 1);
  }
  const [first] = [...counts].sort(([one, many], [other, more]) => more - many || (one < other ? -1 : 1));
  return first?.[0] ?? null;
}

export interface Bar {
  readonly cellId: string;
  readonly cellIndex: number | null;
  readonly students: number;
  /** Whether this is the median cell of the class. */
  readonly median: boolean;
}

export interface Distribution {
  /** In the notebook's order, without cells that have no students. */
  readonly bars: readonly Bar[];
  /** Students in the notebook who have not run a cell since they opened it. */
  readonly atNone: number;
  readonly elsewhere: number;
}

/** The number of students at each cell of a notebook. */
export function distributionOf(standings: readonly Standing[], notebook: string): Distribution {
  const found = new Map<string, { cellIndex: number | null; students: number }>();
  let atNone = 0;
  let elsewhere = 0;
  for (const { student } of standings) {
    if (student.notebookPath !== notebook) elsewhere += 1;
    else if (student.cellId === null) atNone += 1;
    else {
      const known = found.get(student.cellId) ?? { cellIndex: null, students: 0 };
      const indexes = [known.cellIndex, student.cellIndex].filter((index) => index !== null);
      found.set(student.cellId, {
        cellIndex: indexes.length > 0 ? Math.max(...indexes) : null,
        students: known.students + 1,
      });
    }
  }
  const rank = (index: number | null) => index ?? Number.MAX_SAFE_INTEGER;
  const ordered = [...found]
    .map(([cellId, bar]) => ({ cellId, ...bar }))
    .sort((one, other) => rank(one.cellIndex) - rank(other.cellIndex) || (one.cellId < other.cellId ? -1 : 1));
  const all = ordered.reduce((sum, bar) => sum + bar.students, 0);
  let before = 0;
  const bars = ordered.map((bar) => {
    const median = before < all / 2 && before + bar.students >= all / 2;
    before += bar.students;
    return { ...bar, median };
  });
  return { bars, atNone, elsewhere };
}
