"""The audit log: who looked at, exported, erased or changed what about whom."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

# Actors that are no accounts.
OPERATOR = "operator"
SCHEDULE = "schedule"
STUDENT = "student"


@dataclass(frozen=True)
class AuditEntry:
    """One act. subject: the student's or account's id. detail: what was changed; it names no student."""

    actor: str
    action: str
    class_id: str | None = None
    subject: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RecordedEntry:
    """An entry as it is stored."""

    entry_id: int
    at: datetime
    entry: AuditEntry


@dataclass(frozen=True)
class RetentionRun:
    """The proof that retention ran. before: what was older was removed; None: it is kept without limit."""

    at: datetime
    kind: str
    before: datetime | None
    removed: int
    seconds: float


class AuditLog(Protocol):
    """The append-only audit log. Every method raises StoreUnavailable."""

    def record(self, entry: AuditEntry, *, once_in_minutes: int = 0) -> None:
        """Append an entry, unless an equal one is younger than so many minutes."""

    def record_all(self, entries: Sequence[AuditEntry]) -> None:
        """Append entries, with one statement for many."""

    def read(self, class_id: str | None, before: int | None, limit: int) -> list[RecordedEntry]:
        """Return entries of a class, or of all (None), newest first, with ids below `before`."""

    def pseudonymise(self, class_id: str, user_ids: Collection[str], replacement: str) -> int:
        """Replace a student's ids; return how many entries were changed."""

    def forget(self, before: datetime) -> int:
        """Delete older entries; return how many there were."""

    def record_run(self, run: RetentionRun) -> None:
        """Append the proof of a retention run."""

    def runs(self, limit: int) -> list[RetentionRun]:
        """Return the latest runs, newest first."""

    def last_runs(self) -> list[RetentionRun]:
        """Return the latest run of each kind, by kind."""

    def forget_runs(self, before: datetime) -> int:
        """Delete older proofs; return how many there were."""
