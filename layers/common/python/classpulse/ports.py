"""What the services need of the outside world. An adapter translates its errors into `classpulse.errors`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from classpulse.domain.batches import Fact
from classpulse.domain.progress import CellProgress, StudentProgress
from classpulse.domain.series import Minute

# What the body of one queue message may hold; SQS takes 1 MiB with the attributes.
MAX_MESSAGE_BYTES = 1_000_000


@dataclass(frozen=True)
class OutboundMessage:
    """A message to be queued: body as text, attributes as strings."""

    body: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class InboundMessage:
    """A message that a queue has handed to a function."""

    message_id: str
    body: str


@dataclass(frozen=True)
class StoredClass:
    """What storing a batch did to one class.

    `revision` is the class's new revision, None when every event was known before. `stored` are the ids of the
    events that are new. `students` are all students that the batch names, as they are now.
    """

    class_id: str
    revision: int | None
    stored: frozenset[str]
    students: list[StudentProgress]


@dataclass(frozen=True)
class ClassProgress:
    """A class at one revision."""

    class_id: str
    revision: int
    students: list[StudentProgress]


@dataclass(frozen=True)
class ClassSummary:
    """One line of the list of classes."""

    class_id: str
    revision: int
    students: int
    events: int


@dataclass(frozen=True)
class FactPage:
    """Stored events in storing order, as wire JSON objects; `next` is the cursor of the following page."""

    events: list[dict[str, Any]]
    next: int | None


class Pingable(Protocol):
    """An outside thing that can be asked for a sign of life."""

    def ping(self) -> None:
        """Raises TransientError."""


class Queue(Protocol):
    """A durable queue."""

    def send(self, messages: Sequence[OutboundMessage]) -> None:
        """Return when all are durably queued. Raises QueueUnavailable; then some may be queued."""


class FactStore(Protocol):
    """Facts and progress, changed together."""

    def store(self, facts: Sequence[Fact]) -> list[StoredClass]:
        """Store in one transaction, each event id of a class once.

        Raises StoreUnavailable when it can be tried again, PermanentError when a value cannot be stored.
        """


class ProgressReader(Pingable, Protocol):
    """What dashboards read."""

    def read_class(self, class_id: str, since: int | None = None) -> ClassProgress:
        """Return the class at its highest revision; with `since`, at least the students changed after it."""

    def read_student(self, class_id: str, user_id: str) -> tuple[StudentProgress, list[CellProgress]] | None:
        """Return a student's progress, overall and per cell; None for one who is not known."""

    def read_facts(self, class_id: str, after: int, limit: int, user_id: str | None = None) -> FactPage:
        """Return stored events whose cursor is greater than `after`."""

    def read_classes(self) -> list[ClassSummary]:
        """Return all classes by name."""


class SeriesStore(Protocol):
    """The time series of a class."""

    def write(self, facts: Sequence[Fact]) -> None:
        """Write points; the same fact again changes nothing. Raises StoreUnavailable, PermanentError."""

    def read_minutes(self, class_id: str, start: datetime, end: datetime) -> list[Minute]:
        """Return the minutes of [start, end) in which something happened, oldest first."""


class Connections(Protocol):
    """Which WebSocket connections look at which class."""

    def add(self, connection_id: str, class_id: str) -> None:
        """Register a connection, or move it to another class. Raises StoreUnavailable."""

    def seen(self, connection_id: str) -> None:
        """Note that the connection has just been heard from."""

    def remove(self, connection_id: str) -> None:
        """Forget a connection; one that is not known is no error."""

    def prune(self, connection_id: str) -> bool:
        """Forget a connection that is gone, unless its handshake may still be under way; return whether."""

    def of_class(self, class_id: str) -> list[str]:
        """Return the ids of the connections that look at the class."""


class Sockets(Protocol):
    """The way to push to an open WebSocket connection."""

    def push(self, connection_id: str, texts: Sequence[str]) -> None:
        """Send the texts in order. Raises ConnectionGone, PushFailed."""


class Announcer(Protocol):
    """Tells whoever listens that facts have been stored; nothing depends on it."""

    def announce(self, facts: Sequence[Fact]) -> None:
        """Raises TransientError when nobody can be told now."""


class RateLimiter(Protocol):
    """How much a student may send."""

    def seconds_to_wait(self, events_by_student: Mapping[tuple[str, str], int]) -> int:
        """Count the events per (class id, user id); return 0 to go on, or the seconds to wait."""


class Clock(Protocol):
    """The time."""

    def __call__(self) -> datetime:
        """Return now, in UTC."""
