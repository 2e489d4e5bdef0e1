"""Where facts and progress are stored and read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from classpulse.core.ports import Pingable
from classpulse.ingest.batches import Fact
from classpulse.progress.attending import AttentionChange
from classpulse.progress.model import CellProgress, CellState, StudentProgress


@dataclass(frozen=True)
class StoredClass:
    """What storing a batch did to one class.

    `revision` is the class's new revision, None when every event was known before. `stored` are the ids of the
    events that are new. `students` are all students that the batch names, as they are now, and `cells` those of their
    cells that it changed.
    """

    class_id: str
    revision: int | None
    stored: frozenset[str]
    students: list[StudentProgress]
    cells: list[CellState] = field(default_factory=list)


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

    def read_facts(
        self, class_id: str, after: int, limit: int, user_ids: Sequence[str] = (), team_name: str | None = None
    ) -> FactPage:
        """Return stored events whose cursor is greater than `after`; of these students, of one team, if named.

        There may be fewer than `limit`: a page fits into one answer. So it is with ViewReader.read_timeline.
        """

    def read_classes(self) -> list[ClassSummary]:
        """Return all classes by name."""


class AttentionStore(Protocol):
    """What teachers do about students."""

    def attend(self, class_id: str, user_id: str, change: "AttentionChange", now: datetime) -> StudentProgress | None:
        """Apply the change as the class's next revision; return the student, None for one who is not known.

        Raises AlreadyClaimed, StoreUnavailable.
        """


class Announcer(Protocol):
    """Tells whoever listens that facts have been stored; nothing depends on it."""

    def announce(self, facts: Sequence[Fact]) -> None:
        """Raises TransientError when nobody can be told now."""
