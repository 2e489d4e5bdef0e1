"""The error tree.

ClassPulseError
├── PermanentError            never retry: the same input fails again
│   ├── Refused               an error response: a code, and a text that is safe to show
│   │   ├── InvalidRequest    the input is not valid
│   │   ├── NotAdmitted       the sender's key does not allow this
│   │   ├── Conflict          the present state does not allow this
│   │   ├── Forbidden         the caller may not do this
│   │   ├── NotFound          the request names something that does not exist
│   │   ├── NotSignedIn       credentials, a link or a session are not valid
│   │   ├── TooManyAttempts   wait before the next sign-in
│   │   └── AlreadyClaimed    another teacher has claimed the student
│   └── ConnectionGone        the dashboard's socket is closed; prune it
├── TransientError            retry: a server is unavailable or busy
│   ├── QueueUnavailable
│   ├── StoreUnavailable
│   └── PushFailed
├── ConfigError               the function cannot start; the text names the variable
└── IncompatibleSchema        no migration leads on from the database's schema; the text names the remedy
"""

from classpulse.core.problems import ErrorCode, Problem


class ClassPulseError(Exception):
    """Root of every error that ClassPulse raises on purpose."""


class PermanentError(ClassPulseError):
    """Raise when the same input would fail again."""


class Refused(PermanentError):
    """Raise when a request is refused: `problem` is safe to show."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.error)
        self.problem = problem


class InvalidRequest(Refused):
    """Raise when the caller's input is not valid; the text names the field and the remedy."""


class NotAdmitted(Refused):
    """Raise when a sender is not authorized. status: 401 or 403."""

    def __init__(self, status: int, problem: Problem) -> None:
        super().__init__(problem)
        self.status = status


class Conflict(Refused):
    """Raise when the present state does not allow a change; the text says why."""


class Forbidden(Refused):
    """Raise when the caller may not do this; the text says who can give the permission."""


class NotFound(Refused):
    """Raise when a request names something that does not exist."""


class NotSignedIn(Refused):
    """Raise when credentials, a link or a session are not valid."""


class TooManyAttempts(Refused):
    """Raise when sign-in has failed too often. seconds: how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(Problem(ErrorCode.TOO_MANY_ATTEMPTS, "too many failed attempts: wait, see Retry-After"))
        self.seconds = seconds


class AlreadyClaimed(Refused):
    """Raise when a teacher claims a student whom another teacher has already claimed."""

    def __init__(self) -> None:
        text = "another teacher has claimed this student: ask them, or wait until they release the student"
        super().__init__(Problem(ErrorCode.STUDENT_CLAIMED, text))


class ConnectionGone(PermanentError):
    """Raise when a WebSocket connection id no longer names an open socket."""


class TransientError(ClassPulseError):
    """Raise when a retry can succeed."""


class QueueUnavailable(TransientError):
    """Raise when a message could not be durably queued."""


class StoreUnavailable(TransientError):
    """Raise when a database cannot answer now."""


class PushFailed(TransientError):
    """Raise when a message could not be pushed to an open socket."""


class ConfigError(ClassPulseError):
    """Raise when a setting is missing or unusable."""


class IncompatibleSchema(ClassPulseError):
    """Raise when the migrations do not know the schema that the database holds; the text names the remedy."""
