/* Generated from classpulse.apps.wire_types by `make wire-types`: do not edit. */

export type Wire = (Activity | Attention | CellDifficulty | CellProgress | CellState | CellStatus | Claim | ClassLine | ClassState | Classes | CommonErrors | Difficulty | ErrorExample | ErrorGroup | ErrorMessage | ExportedRosterEntry | Grid | GridColumn | GridRow | Minute | Note | NotebookLine | Notebooks | Pace | PaceMinute | Ping | Pong | PrivacyLevel | Progress | Release | Resolve | Snapshot | Snooze | StoredEvent | StudentDataExport | StudentProgress | StudentState | Subscribe | Timeline | ServerMessage | ClientMessage | AttentionChange)
/**
 * What the newest start or end of a cell says.
 */
export type CellStatus = ("running" | "ok" | "error")
/**
 * How much of an event is kept, from most to least.
 * 
 * full: all of it. errors: no code and output of successful runs. hash: code as salted hash, of an error its class
 * alone, no output. presence: who was where and when, and no more.
 */
export type PrivacyLevel = ("full" | "errors" | "hash" | "presence")
export type ServerMessage = (Snapshot | Progress | Pong | ErrorMessage)
export type ClientMessage = (Subscribe | Ping)
export type AttentionChange = (Claim | Release | Resolve | Snooze | Note)

/**
 * A class, minute by minute, oldest first.
 */
export interface Activity {
classId: string
minutes: Minute[]
}
/**
 * What a class did in one minute of event time.
 */
export interface Minute {
start: string
events: number
runs: number
errors: number
students: number
}
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
 * How one cell went in a period.
 */
export interface CellDifficulty {
notebookPath: string
cellId: string
cellIndex: (number | null)
/**
 * who ran it
 */
students: number
/**
 * who had a run that worked
 */
solved: number
/**
 * who had a run that failed
 */
failed: number
runs: number
errors: number
/**
 * runs up to the first that worked, of who solved it
 */
medianAttempts: (number | null)
}
/**
 * One student's work on one cell.
 */
export interface CellProgress {
notebookPath: string
cellId: string
cellIndex: (number | null)
status: CellStatus
attempts: number
errors: number
lastErrorName: (string | null)
lastRun: (string | null)
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
 * I go there. Refused when somebody else does already.
 */
export interface Claim {
action: "claim"
by: string
}
/**
 * One class of the list.
 */
export interface ClassLine {
classId: string
revision: number
students: number
events: number
}
/**
 * A class at one revision, or as it was at a moment.
 */
export interface ClassState {
classId: string
revision: number
students: StudentProgress[]
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
 * All classes by name.
 */
export interface Classes {
classes: ClassLine[]
}
/**
 * The errors of a class in [start, end), newest first.
 */
export interface CommonErrors {
classId: string
start: string
end: string
groups: ErrorGroup[]
}
/**
 * Failing runs of one cell with one error.
 */
export interface ErrorGroup {
notebookPath: (string | null)
cellId: (string | null)
cellIndex: (number | null)
errorName: string
/**
 * the error's last line without what differs from student to student
 */
message: string
students: number
/**
 * of these students, those whose newest run of the cell failed, at the end
 */
unsolved: number
runs: number
firstTime: string
lastTime: string
example: ErrorExample
}
/**
 * The newest event of a group; code, message and output are null where there is none, or it is no longer kept.
 */
export interface ErrorExample {
eventId: string
eventTime: string
userId: string
code: (string | null)
errorMessage: (string | null)
result: (string | null)
}
/**
 * The cells of a class in [start, end), in the order of the notebooks.
 */
export interface Difficulty {
classId: string
start: string
end: string
cells: CellDifficulty[]
}
/**
 * Why a client's message was not taken; fixed text.
 */
export interface ErrorMessage {
type: "error"
error: string
}
/**
 * A student's line of the class's roster.
 */
export interface ExportedRosterEntry {
userId: string
pseudonym: string
userName: (string | null)
teamName: (string | null)
joinedAt: (string | null)
}
/**
 * Students by cells of one notebook at one revision; the cells of later `progress` messages change it.
 */
export interface Grid {
classId: string
notebookPath: string
revision: number
columns: GridColumn[]
rows: GridRow[]
}
/**
 * A cell of the notebook; columns are in the order of the greatest index, then of the id.
 */
export interface GridColumn {
cellId: string
cellIndex: (number | null)
}
/**
 * A student's cells; those not run are left out.
 */
export interface GridRow {
userId: string
cells: [number, CellStatus, number, number, (string | null)][]
}
/**
 * A word for the other teachers; an empty one takes it away.
 */
export interface Note {
action: "note"
note: string
}
/**
 * One notebook of a class.
 */
export interface NotebookLine {
notebookPath: string
/**
 * who are in it now
 */
students: number
cells: number
}
/**
 * The notebooks of a class, the one that most students are in first.
 */
export interface Notebooks {
classId: string
notebooks: NotebookLine[]
}
/**
 * How a class goes through a notebook; students: who have run or started a cell of it, whenever.
 */
export interface Pace {
classId: string
notebookPath: string
cells: number
students: number
minutes: PaceMinute[]
}
/**
 * How many cells the students of a notebook had got right by the end of a minute: the quartiles.
 */
export interface PaceMinute {
start: string
lower: number
median: number
upper: number
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
 * Nobody goes there any more.
 */
export interface Release {
action: "release"
}
/**
 * What was wrong is no longer: out of the queue until something new comes.
 */
export interface Resolve {
action: "resolve"
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
 * Out of the queue for some minutes.
 */
export interface Snooze {
action: "snooze"
minutes: number
}
/**
 * A stored event; what it does not say is left out, and other fields of the client are kept as they came.
 */
export interface StoredEvent {
eventId: string
eventType: string
eventTime: string
receivedAt: string
storedAt: string
userId: string
classId: string
sessionId?: (string | null)
notebookPath?: (string | null)
cellId?: (string | null)
cellIndex?: (number | null)
cellType?: (string | null)
executionCount?: (number | null)
/**
 * of a run
 */
hasError?: (boolean | null)
errorMessage?: (string | null)
code?: (string | null)
result?: (string | null)
executionDurationMs?: (number | null)
[k: string]: unknown
}
/**
 * What is kept about a student in a class; the events page by page, in storing order.
 */
export interface StudentDataExport {
classId: string
userId: string
/**
 * the user id that events are stored with now
 */
storedAs: string
title: string
privacy: PrivacyLevel
pseudonymous: boolean
redact: boolean
/**
 * after so many days code, output and error messages go; null: they stay
 */
retentionDays: (number | null)
roster: (ExportedRosterEntry | null)
progress: (StudentProgress | null)
cells: CellProgress[]
events: StoredEvent[]
/**
 * `after` of the following page
 */
next: (number | null)
}
/**
 * A student with the cells that were started or run.
 */
export interface StudentState {
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
cells: CellProgress[]
}
/**
 * Choose a class; with `since`, resume after that revision instead of taking a snapshot.
 */
export interface Subscribe {
action: "subscribe"
classId?: (string | null)
since?: (number | null)
}
/**
 * A student's events, newest first; `next` is the `before` of the following page.
 */
export interface Timeline {
events: StoredEvent[]
next: (string | null)
}
