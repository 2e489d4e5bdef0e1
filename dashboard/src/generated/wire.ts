/* Generated from classpulse.apps.wire_types by `make wire-types`: do not edit. */

export type Wire = (Attention | CellState | CellStatus | ErrorCode | ErrorMessage | Need | NeedKind | Ping | Pong | Progress | Snapshot | StudentProgress | Subscribe | ServerMessage | ClientMessage)
/**
 * The state of a cell: of its run that has not ended, else of its newest run; aborted: it has never run.
 */
export type CellStatus = ("queued" | "running" | "waiting" | "ok" | "error" | "interrupted" | "aborted")
/**
 * The codes of error responses. A code never changes its meaning.
 */
export type ErrorCode = ("account_exists" | "account_unknown" | "batch_empty" | "batch_too_long" | "body_not_array" | "body_not_json" | "body_too_complex" | "body_too_deep" | "body_too_large" | "class_creation_forbidden" | "class_id_taken" | "class_key_required" | "class_mismatch" | "class_unavailable" | "class_unregistered" | "code_invalid" | "command_invalid" | "connection_unknown" | "content_type_unsupported" | "credentials_invalid" | "event_not_object" | "event_not_plain" | "event_too_large" | "field_ignored" | "field_invalid" | "field_missing" | "guest_unknown" | "internal_error" | "key_full" | "key_invalid" | "key_lookup_unavailable" | "key_missing" | "key_rate_limited" | "key_unknown" | "last_instructor" | "link_invalid" | "message_invalid" | "method_not_allowed" | "not_found" | "no_event_accepted" | "operator_has_no_password" | "page_foreign" | "password_weak" | "password_wrong" | "provider_missing" | "queue_unavailable" | "request_failed" | "request_invalid" | "role_insufficient" | "roster_invalid" | "session_exists" | "sign_in_expired" | "signed_out" | "store_unavailable" | "student_claimed" | "student_mismatch" | "student_not_on_roster" | "student_rate_limited" | "student_token_required" | "student_unknown" | "team_not_allowed" | "token_invalid" | "too_many_attempts" | "user_id_not_allowed")
/**
 * Why a student needs help; the most urgent first.
 */
export type NeedKind = ("hand" | "streak" | "running" | "behind")
export type ServerMessage = (Snapshot | Progress | Pong | ErrorMessage)
export type ClientMessage = (Subscribe | Ping)

/**
 * A student's place in the help queue, as teachers set it. Times are by the server's clock.
 * 
 * `resolved_errors` and `resolved_help` are the student's number of errors and raised hand when a teacher resolved
 * the problem: only newer ones count again.
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
 * A cell's progress with its student and the class revision that last changed it.
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
 * The refusal of a client's message: a text, and a stable code.
 */
export interface ErrorMessage {
type: "error"
error: string
code: ErrorCode
}
/**
 * A reason to help a student; it may lie in the future or in the past.
 */
export interface Need {
kind: NeedKind
/**
 * since when the student has been in this situation
 */
since: string
/**
 * from when it counts
 */
starts: string
/**
 * when it stops counting unless an event changes it
 */
ends: string
/**
 * of a streak: the failed runs that no teacher has resolved
 */
count: (number | null)
}
/**
 * Keep the connection open, and check that it is.
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
 * Changed students: a live update, or with `since` all changes after that revision (a resume).
 */
export interface Progress {
classId: string
/**
 * snapshot or resume: the client's complete revision after the last part; live update: the greatest revision of its students
 */
revision: number
part: number
parts: number
serverTime: string
students: StudentProgress[]
type: "progress"
/**
 * changed cells of the students; empty in a resume
 */
cells: CellState[]
/**
 * class revisions that all parts together carry completely; may be empty
 */
revisions: number[]
/**
 * the revision from which the client resumes; null in a live update
 */
since: (number | null)
}
/**
 * The progress of one student of one class, as dashboards receive it.
 */
export interface StudentProgress {
userId: string
userName: (string | null)
teamName: (string | null)
/**
 * the class revision that last changed this student
 */
revision: number
firstEvent: string
lastEvent: string
/**
 * when the last event to arrive was accepted, by the server's clock
 */
lastSeen: string
events: number
runs: number
errors: number
/**
 * failed runs since the last successful run
 */
errorStreak: number
/**
 * of the newest failed run
 */
lastErrorName: (string | null)
/**
 * when the hand went up; repeats do not change it
 */
helpSince: (string | null)
/**
 * when the hand comes down unless the client repeats it; null: it stays up
 */
helpUntil: (string | null)
/**
 * since when a cell runs that does not wait for input
 */
runningSince: (string | null)
/**
 * since when a running cell waits for input()
 */
waitingSince: (string | null)
notebookPath: (string | null)
cellId: (string | null)
cellIndex: (number | null)
/**
 * at a cell before the middle one of the class
 */
isBehind: boolean
/**
 * when this stops counting unless the class goes on in the notebook
 */
behindUntil: (string | null)
/**
 * a teacher of the class, who does not count as a student
 */
isTeacher: boolean
/**
 * the most sessions that were active at the same time today
 */
sessions: number
/**
 * seconds by which the student's clock is recognised as slow; negative: fast
 */
clockOffset: (number | null)
/**
 * set by teachers; not part of the fold
 */
attention: (Attention | null)
/**
 * why and when the student needs help, the most urgent first
 */
needs: Need[]
/**
 * the error streak without errors that a teacher has resolved
 */
unresolvedStreak: number
/**
 * when the running cell counts as running long
 */
runsLongFrom: (string | null)
/**
 * when the student counts as inactive unless an event arrives
 */
idleFrom: string
/**
 * when the student counts as absent unless an event arrives
 */
absentFrom: string
}
/**
 * The complete class. All parts of a large one carry the same revision.
 */
export interface Snapshot {
classId: string
/**
 * snapshot or resume: the client's complete revision after the last part; live update: the greatest revision of its students
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
