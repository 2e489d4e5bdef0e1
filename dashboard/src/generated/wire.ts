/* Generated from classpulse.apps.wire_types by `make wire-types`: do not edit. */

export type Wire = (Attention | CellState | CellStatus | ErrorMessage | Ping | Pong | Progress | Snapshot | StudentProgress | Subscribe | ServerMessage | ClientMessage)
/**
 * What the newest start or end of a cell says.
 */
export type CellStatus = ("running" | "ok" | "error")
export type ServerMessage = (Snapshot | Progress | Pong | ErrorMessage)
export type ClientMessage = (Subscribe | Ping)

/**
 * Who looks after a student. Times are of the server's clock.
 * 
 * `resolved_errors` and `resolved_help` are what the student's errors and raised hand were when it was resolved:
 * only what came since counts again.
 */
export interface Attention {
claimedBy: (string | null)
claimedAt: (string | null)
snoozedUntil: (string | null)
resolvedAt: (string | null)
resolvedErrors: number
resolvedHelp: (string | null)
note: (string | null)
}
/**
 * The same, with whose it is and the class revision that changed it last.
 */
export interface CellState {
notebookPath: string
cellId: string
cellIndex: (number | null)
status: CellStatus
attempts: number
errors: number
lastErrorName: (string | null)
lastRun: (string | null)
userId: string
revision: number
}
/**
 * Why a client's message was not taken; fixed text.
 */
export interface ErrorMessage {
type: "error"
error: string
}
/**
 * Keep the connection, and ask whether it is still there.
 */
export interface Ping {
action: "ping"
}
/**
 * The answer to a ping.
 */
export interface Pong {
type: "pong"
serverTime: string
}
/**
 * Changed students: live, or, with `since`, everything after that revision (a resume).
 */
export interface Progress {
classId: string
/**
 * after the last part, the client is whole up to here
 */
revision: number
part: number
parts: number
serverTime: string
students: StudentProgress[]
type: "progress"
/**
 * changed cells of students; none in a resume
 */
cells: CellState[]
/**
 * class revisions carried in full once the last part has come; may be empty
 */
revisions: number[]
/**
 * the resume that this answers
 */
since: (number | null)
}
/**
 * One student of one class, as a dashboard is told.
 */
export interface StudentProgress {
userId: string
userName: (string | null)
teamName: (string | null)
/**
 * the class revision that changed this student last
 */
revision: number
firstEvent: string
lastEvent: string
/**
 * when the newest arrival was accepted, by the server's clock
 */
lastSeen: string
events: number
runs: number
errors: number
/**
 * failing runs since the last run that worked
 */
errorStreak: number
/**
 * of the newest failing run
 */
lastErrorName: (string | null)
/**
 * the first raised hand since the last help_stop
 */
helpSince: (string | null)
/**
 * a cell that has started and not ended
 */
runningSince: (string | null)
notebookPath: (string | null)
cellId: (string | null)
cellIndex: (number | null)
/**
 * of the teachers; no part of the fold
 */
attention: (Attention | null)
}
/**
 * The whole class. All parts of a large one carry the same revision.
 */
export interface Snapshot {
classId: string
/**
 * after the last part, the client is whole up to here
 */
revision: number
part: number
parts: number
serverTime: string
students: StudentProgress[]
type: "snapshot"
}
/**
 * Choose a class; with `since`, resume after that revision instead of taking a snapshot.
 */
export interface Subscribe {
action: "subscribe"
classId?: (string | null)
since?: (number | null)
}
