"""The error tree.

ClassPulseError
├── PermanentError            never retry: the same input fails again
│   ├── InvalidRequest        the caller's input; the text names the field and the remedy
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
