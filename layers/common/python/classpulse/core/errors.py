"""The error tree.

ClassPulseError
├── PermanentError            never retry: the same input fails again
│   ├── InvalidRequest        the caller's input; the text names the field and the remedy
│   ├── NotAdmitted           the sender's key opens nothing, or not this
│   ├── Conflict              what is there stands against it; the text says what
│   ├── NotFound              what the request names is not there
│   ├── NotSignedIn           what was shown to sign in is not good
│   ├── TooManyAttempts       wait before the next sign-in
│   ├── AlreadyClaimed        another teacher looks after the student
│   └── ConnectionGone        the dashboard's socket is closed; prune it
├── TransientError            retry: the outside thing is away or busy
│   ├── QueueUnavailable
│   ├── StoreUnavailable
│   └── PushFailed
└── ConfigError               the function cannot start; the text names the variable
"""


class ClassPulseError(Exception):
    """Root of every error that ClassPulse raises on purpose."""


class PermanentError(ClassPulseError):
    """Raise when the same input would fail again."""


class InvalidRequest(PermanentError):
    """Raise when the caller's input cannot be taken; the message is safe to show."""


class NotAdmitted(PermanentError):
    """Raise when a sender may not send: status is 401 or 403, the message is safe to show."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Conflict(PermanentError):
    """Raise when what is there stands against a change; the message is safe to show."""


class NotFound(PermanentError):
    """Raise when what a request names is not there; the message is safe to show."""


class NotSignedIn(PermanentError):
    """Raise when what somebody shows to sign in, or to stay so, is not good; the message is safe to show."""


class TooManyAttempts(PermanentError):
    """Raise when a sign-in has failed too often: seconds to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__("too many failed attempts")
        self.seconds = seconds


class AlreadyClaimed(PermanentError):
    """Raise when a student is claimed whom another teacher has claimed."""


class ConnectionGone(PermanentError):
    """Raise when a WebSocket connection id no longer names an open socket."""


class TransientError(ClassPulseError):
    """Raise when trying again later can succeed."""


class QueueUnavailable(TransientError):
    """Raise when a message could not be durably queued."""


class StoreUnavailable(TransientError):
    """Raise when a database cannot answer now."""


class PushFailed(TransientError):
    """Raise when a message could not be handed to an open socket."""


class ConfigError(ClassPulseError):
    """Raise when a setting is missing or unusable."""
