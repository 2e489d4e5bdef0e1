"""The ports of progress."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from classpulse.core.ports import Pingable
from classpulse.ingest.batches import Fact, Identity
from classpulse.progress.attending import AttentionChange
from classpulse.progress.model import CellProgress, CellState, StudentProgress
from classpulse.progress.sessions import SessionLine

# One id may be shared by a class for months.
MOST_SESSIONS = 1000


@dataclass(frozen=True)
class StoredClass:
    """The effect of storing a batch on one class.

    revision: the class's new revision; None if every event was already stored. stored: the new events.
    students: all students that the batch names, and those whom it makes behind or no longer behind, as they are now.
    cells: those of their cells that the batch changed.
    changed_teams: the teams that a student has left, or has joined from another team.
    """

    class_id: str
    revision: int | None
    stored: frozenset[Identity]
    students: list[StudentProgress]
    cells: list[CellState] = field(default_factory=list)
    changed_teams: frozenset[str] = frozenset()


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


class FactStore(Protocol):
    """Stores facts and updates progress, in one transaction."""

    def store(self, facts: Sequence[Fact]) -> list[StoredClass]:
        """Store each event id of a student once.

        Raises StoreUnavailable when a retry can succeed, PermanentError when a value cannot be stored.
        """


class ProgressReader(Pingable, Protocol):
    """Reads progress, facts and classes."""

    def read_class(self, class_id: str, since: int | None = None) -> ClassProgress:
        """Return the class at its highest revision; with `since`, at least the students changed after it."""

    def read_student(self, class_id: str, user_id: str) -> tuple[StudentProgress, list[CellProgress]] | None:
        """Return a student's progress, overall and per cell; None if the student is unknown."""

    def read_sessions(self, class_id: str, user_ids: Sequence[str]) -> list[SessionLine]:
        """Return the sessions stored under these ids of a student, the one heard last first; at most MOST_SESSIONS."""

    def read_facts(
        self, class_id: str, after: int, limit: int, user_ids: Sequence[str] = (), team_name: str | None = None
    ) -> FactPage:
        """Return stored events whose cursor is greater than `after`, of these students or this team if given.

        A page may have fewer than `limit` events, so that it fits into one response.
        """

    def read_classes(self) -> list[ClassSummary]:
        """Return all classes by name."""


class AttentionStore(Protocol):
    """Stores what teachers do about students."""

    def attend(self, class_id: str, user_id: str, change: "AttentionChange", now: datetime) -> StudentProgress | None:
        """Apply the change as the class's next revision; return the student, None if unknown.

        Raises AlreadyClaimed, StoreUnavailable.
        """


class Announcer(Protocol):
    """Announces stored facts to any subscriber; nothing depends on it."""

    def announce(self, facts: Sequence[Fact]) -> None:
        """Publish the facts. Raises TransientError."""
