/* Generated from classpulse.apps.wire_types by `make wire-types`: do not edit. */

export type Wire = (Attention | CellState | CellStatus | ErrorCode | ErrorMessage | Ping | Pong | Progress | Snapshot | StudentProgress | Subscribe | ServerMessage | ClientMessage)
/**
 * What the newest start or end of a cell says.
 */
export type CellStatus = ("running" | "ok" | "error")
/**
 * Every code of an error answer. A code never changes its meaning.
 */
export type ErrorCode = ("account_exists" | "account_unknown" | "batch_empty" | "batch_too_long" | "body_not_array" | "body_not_json" | "body_too_deep" | "body_too_large" | "class_id_taken" | "class_key_required" | "class_mismatch" | "class_unavailable" | "class_unregistered" | "command_invalid" | "connection_unknown" | "content_type_unsupported" | "credentials_invalid" | "event_not_object" | "event_not_plain" | "event_too_large" | "field_invalid" | "field_missing" | "internal_error" | "key_invalid" | "key_lookup_unavailable" | "key_missing" | "key_rate_limited" | "key_unknown" | "last_instructor" | "link_invalid" | "message_invalid" | "method_not_allowed" | "not_found" | "no_event_accepted" | "operator_has_no_password" | "password_wrong" | "provider_missing" | "queue_unavailable" | "request_failed" | "request_invalid" | "role_insufficient" | "roster_invalid" | "sign_in_expired" | "signed_out" | "store_unavailable" | "student_claimed" | "student_joined" | "student_mismatch" | "student_rate_limited" | "student_token_required" | "team_not_allowed" | "token_invalid" | "too_many_attempts")
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
 * Why a client's message was refused: a text, and a stable code.
 */
export interface ErrorMessage {
type: "error"
error: string
code: ErrorCode
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
