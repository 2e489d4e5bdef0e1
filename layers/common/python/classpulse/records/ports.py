"""The ports that read, erase and clear what is stored about a student."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from classpulse.core.privacy_level import PrivacyLevel
from classpulse.ingest.batches import Fact
from classpulse.ingest.erasures import Tombstone
from classpulse.ingest.events import Event


@dataclass(frozen=True)
class Compaction:
    """What was done so that removed data leaves a store's files, and what could not be reached."""

    done: str
    not_reached: str


class RecordStore(Protocol):
    """What is stored about students. Every method raises StoreUnavailable."""

    def user_ids(self, class_id: str) -> list[str]:
        """Return every user id of the class: of facts, of the roster, and of everything else with a user id."""

    def linked_ids(self, class_id: str, user_ids: Collection[str]) -> list[str]:
        """Return the ids of the guests that are linked to these students of the roster, or of which one is among them.

        The student on the roster is included.
        """

    def students(self) -> list[tuple[str, str]]:
        """Return all classes' (class id, user id), as user_ids() does."""

    def older_than(self, class_id: str, user_id: str, moment: datetime) -> bool:
        """Return whether anything is stored about the student that happened or arrived no later than the moment."""

    def roster_lines(self, class_id: str, user_ids: Collection[str]) -> list[dict[str, Any]]:
        """Return the lines of the roster, as JSON objects."""

    def notebook_names(self, class_id: str, user_ids: Collection[str]) -> list[dict[str, Any]]:
        """Return the names that only the student has for notebooks of the class, as JSON objects."""

    def facts_of_student(self, class_id: str, user_ids: Collection[str]) -> list[Fact]:
        """Return a student's facts, each with identity, type, time and notebook only."""

    def erase_student(self, class_id: str, user_ids: Collection[str]) -> Mapping[str, int]:
        """Delete a student by all their ids; return the number of rows by table, those with none left out."""

    def erase_class(self, class_id: str) -> int:
        """Delete a class with everything that refers to it; return the number of rows."""

    def ended_classes(self, before: date) -> list[str]:
        """Return the classes whose last day was before a date."""

    def inactive_students(self, before: datetime, limit: int) -> list[tuple[str, str]]:
        """Return (class id, user id) of students without any event since an instant, in every class."""

    def forget_sign_ins(self, before: datetime) -> int:
        """Delete sign-ins that expired before an instant; return how many there were."""

    def forget_keys(self, before: datetime) -> int:
        """Delete class keys that expired or were revoked before an instant; return how many there were."""

    def compact(self) -> Compaction:
        """Remove what deleted rows leave in the database's files, as far as that is possible. Never raises."""

    def forget_raw_data(self, before: datetime) -> int:
        """Clear what students and clients wrote in facts stored before an instant; return the number of facts."""

    def forget_notes(self, before: datetime) -> int:
        """Clear teachers' notes about students who have not changed since; return the number of notes."""


class Consents(Protocol):
    """Withdrawals of consent. Every method raises StoreUnavailable."""

    def levels(self) -> Mapping[tuple[str, str], PrivacyLevel]:
        """Return all levels by (class id, user id)."""

    def withdraw(
        self, class_id: str, user_ids: Collection[str], level: PrivacyLevel, lower: Callable[[Event], Event]
    ) -> int:
        """Store a student's level, and what is stored as `lower` returns it; return how many facts have changed."""


class ErasureJournal(Protocol):
    """The durable record of erasures, outside PostgreSQL and its backups. Every method raises StoreUnavailable."""

    def append(self, tombstones: Sequence[Tombstone]) -> None:
        """Return when the tombstones are durable; appending one again changes nothing."""

    def read(self) -> list[Tombstone]:
        """Return all tombstones."""


class Cache(Protocol):
    """The Redis behind queues and caches."""

    def forget(self, class_id: str, user_ids: Collection[str]) -> int:
        """Delete the student's rate limits; return how many there were. Raises StoreUnavailable."""

    def compact(self) -> Compaction:
        """Remove deleted data from the server's append-only file, if that is possible. Never raises."""
