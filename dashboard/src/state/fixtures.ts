import type { Attention, Need, NeedKind, Progress, Snapshot, StudentProgress } from "../generated/wire";

/** Builders for tests: each returns a valid object with the given fields replaced. */
export function student(userId: string, fields: Partial<StudentProgress> = {}): StudentProgress {
  return {
    userId,
    userName: null,
    teamName: null,
    revision: 1,
    firstEvent: "2026-01-01T09:00:00Z",
    lastEvent: "2026-01-01T09:00:00Z",
    lastSeen: "2026-01-01T09:00:00Z",
    events: 1,
    runs: 1,
    errors: 0,
    errorStreak: 0,
    lastErrorName: null,
    helpSince: null,
    helpUntil: null,
    runningSince: null,
    waitingSince: null,
    notebookPath: null,
    cellId: null,
    cellIndex: null,
    isBehind: false,
    behindUntil: null,
    isTeacher: false,
    sessions: 1,
    clockOffset: null,
    attention: null,
    needs: [],
    unresolvedStreak: 0,
    runsLongFrom: null,
    idleFrom: "2026-01-01T10:30:00Z",
    absentFrom: "2026-01-01T12:00:00Z",
    ...fields,
  };
}

/** A need as the server sends it, which counts from `since` on. */
export function need(kind: NeedKind, since: string, fields: Partial<Need> = {}): Need {
  return { kind, since, starts: since, ends: "2026-01-01T12:00:00Z", count: null, ...fields };
}

export function snapshot(revision: number, students: StudentProgress[], fields: Partial<Snapshot> = {}): Snapshot {
  const serverTime = "2026-01-01T09:00:00Z";
  return { type: "snapshot", classId: "default", revision, part: 1, parts: 1, serverTime, students, ...fields };
}

export function progress(revision: number, students: StudentProgress[], fields: Partial<Progress> = {}): Progress {
  const { type: _, ...common } = snapshot(revision, students);
  return { ...common, type: "progress", revisions: [revision], since: null, cells: [], ...fields };
}

export function attention(fields: Partial<Attention>): Attention {
  return {
    claimedBy: null,
    claimedAt: null,
    snoozedUntil: null,
    resolvedAt: null,
    resolvedErrors: 0,
    resolvedHelp: null,
    note: null,
    ...fields,
  };
}
