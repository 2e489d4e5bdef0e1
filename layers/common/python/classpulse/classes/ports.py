"""The ports of registered classes: settings, members, keys and rosters."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from classpulse.identity.model import Grant
from classpulse.ingest.ports import IngestKey, StudentToken
from classpulse.ingest.privacy import ClassPolicy
from classpulse.progress.updates import Changed


@dataclass(frozen=True)
class RosterEntry:
    """A student on a class's roster; pseudonym: what a pseudonymous class stores instead of the user id.

    guest_ids: the ids, and their pseudonyms, of the guests that a teacher linked to the student.
    """

    user_id: str
    pseudonym: str
    user_name: str | None
    team_name: str | None
    joined_at: datetime | None
    guest_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Enrolment:
    """A student in a registered class: the class's title and policy, and the student's entry on the roster, if any."""

    title: str
    policy: ClassPolicy
    roster: RosterEntry | None


class Enrolments(Protocol):
    """The enrolments of students in registered classes."""

    def read_enrolment(self, class_id: str, user_id: str) -> Enrolment | None:
        """Return an enrolment; None if the class is not registered. Raises StoreUnavailable."""

    def is_valid(self, token: StudentToken) -> bool:
        """Return whether a student's token was issued, and has not been revoked. Raises StoreUnavailable."""


# All policies; by digest, all valid keys; by id, the Unix time from which a token that ends early is refused.
Published = tuple[Sequence[ClassPolicy], Mapping[str, IngestKey], Mapping[str, float]]


class Registry(Protocol):
    """The durable store of policies, keys and students' tokens, from which ingest's cache is filled."""

    def registered(self) -> AbstractContextManager[Published]:
        """Yield what ingest needs; it is locked until the block ends. Raises StoreUnavailable."""


@dataclass(frozen=True)
class RegisteredClass:
    """A class's title and policy. ends_on: its last day; None: it has no end."""

    title: str
    policy: ClassPolicy
    ends_on: date | None = None


@dataclass(frozen=True)
class Member:
    """An address with a grant in a class, with or without an account."""

    email: str
    grant: Grant


@dataclass(frozen=True)
class Appointed:
    """The account of an address that was appointed or dismissed; account_id: None if it has none yet."""

    account_id: int | None


@dataclass(frozen=True)
class StoredKey:
    """What is stored of a class's key. hint: its last characters; in_path: it is a path key."""

    key_id: int
    hint: str
    in_path: bool
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True)
class KeyToStore:
    """A key to store; digest: its SHA-256."""

    digest: str
    hint: str
    in_path: bool
    expires_at: datetime | None


@dataclass(frozen=True)
class RosterChange:
    """How many students an import added, changed and removed.

    update: for the dashboards, if the names or teams of students with events have changed.
    """

    added: int
    changed: int
    removed: int
    update: Changed | None = None


class ClassRepository(Protocol):
    """Registered classes. Every method raises StoreUnavailable.

    A change of policies or keys is published to ingest, or rolled back.
    """

    def read(self, class_ids: Sequence[str] | None) -> list[RegisteredClass]:
        """Return the registered ones of these classes, or all (None), sorted by id."""

    def register(self, new: RegisteredClass, instructor: int | None) -> bool:
        """Register a class, with an account as its instructor; None: the operator registers it.

        Return False if it is registered already, or if it has events and an account registers it.
        """

    def change(self, class_id: str, changes: Mapping[str, Any]) -> RegisteredClass | None:
        """Set fields of the title and the policy; return None if the class is not registered."""

    def members(self, class_id: str) -> list[Member]:
        """Return the addresses that have a grant, sorted."""

    def appoint(self, class_id: str, email: str, grant: Grant | None) -> Appointed | None:
        """Give, change or revoke (None) the grant of an address; return None if no instructor would be left.

        An address without an account gets the grant when its account is created, and is no instructor until then.
        """

    def mark_teachers(self, class_id: str, pseudonym_of: Callable[[str], str]) -> Changed | None:
        """Mark the progress of the class's members as a teacher's, and of nobody else.

        The change is the class's next revision; return the update for the dashboards, None if nothing has changed.
        """

    def keys(self, class_id: str) -> list[StoredKey]:
        """Return the keys, newest first."""

    def add_key(self, class_id: str, new: KeyToStore, replaces: tuple[int, datetime] | None) -> StoredKey | None:
        """Add a key; return None for an unknown class or a key to replace that is unknown or of the other kind.

        replaces: the id of a key, and the instant at which it expires at the latest.
        """

    def revoke_key(self, class_id: str, key_id: int, now: datetime) -> bool:
        """Revoke a key; return False if the class has no such key."""

    def roster(self, class_id: str) -> list[RosterEntry]:
        """Return the students, sorted by user id."""

    def replace_roster(self, class_id: str, entries: Sequence[RosterEntry]) -> RosterChange:
        """Replace the roster; students who stay on it keep their joined_at.

        Progress takes the new names and teams in the same transaction, as the class's next revision.

        Everybody who is not on it loses their tokens, codes and linked guests; guests who are not linked keep theirs.
        """
