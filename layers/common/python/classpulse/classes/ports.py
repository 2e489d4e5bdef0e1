"""Registered classes: their members, keys and rosters."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from classpulse.identity.model import Grant
from classpulse.ingest.ports import IngestKey
from classpulse.ingest.privacy import ClassPolicy


@dataclass(frozen=True)
class RosterEntry:
    """A student of a class's roster; pseudonym: what a pseudonymous class stores instead of the user id."""

    user_id: str
    pseudonym: str
    user_name: str | None
    team_name: str | None
    joined_at: datetime | None


@dataclass(frozen=True)
class Enrolment:
    """A student in a registered class: its title, its policy, and the line of the roster, if there is one."""

    title: str
    policy: ClassPolicy
    roster: RosterEntry | None


class Enrolments(Protocol):
    """What a class has agreed on with a student."""

    def read_enrolment(self, class_id: str, user_id: str) -> Enrolment | None:
        """Return None for a class that is not registered. Raises StoreUnavailable."""


class Registry(Protocol):
    """Where policies and keys are kept for good."""

    def registered(self) -> AbstractContextManager[tuple[Sequence[ClassPolicy], Mapping[str, IngestKey]]]:
        """Hold all policies and, by digest, all keys that open something: none changes meanwhile.

        Raises StoreUnavailable.
        """


@dataclass(frozen=True)
class RegisteredClass:
    """A class's title and policy."""

    title: str
    policy: ClassPolicy


@dataclass(frozen=True)
class Member:
    """An account with a grant in a class."""

    account_id: int
    email: str
    name: str
    grant: Grant


@dataclass(frozen=True)
class StoredKey:
    """What is kept of a class's key. hint: its last characters."""

    key_id: int
    hint: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True)
class RosterChange:
    """What an import did."""

    added: int
    changed: int
    removed: int


class ClassRepository(Protocol):
    """Registered classes. A change of policy or keys is published, or not made. Everything raises StoreUnavailable."""

    def read(self, class_ids: Sequence[str] | None) -> list[RegisteredClass]:
        """Return these, or all, by class id; those that are not registered are left out."""

    def register(self, found: RegisteredClass, instructor: int | None) -> bool:
        """Return False when it is registered, or has events already and an account asks for it (instructor)."""

    def change(self, class_id: str, changes: Mapping[str, Any]) -> RegisteredClass | None:
        """Set some of title and the policy's fields; None: not registered."""

    def members(self, class_id: str) -> list[Member]:
        """Return who has a grant, by address."""

    def appoint(self, class_id: str, account_id: int, grant: Grant | None) -> bool:
        """Give, change or take (None) a grant; False when no instructor would be left."""

    def keys(self, class_id: str) -> list[StoredKey]:
        """Return the keys, newest first."""

    def add_key(
        self, class_id: str, digest: str, hint: str, expires_at: datetime | None, replaces: tuple[int, datetime] | None
    ) -> StoredKey | None:
        """Add a key; replaces: the key that ends then, at the latest. None: no such class or key."""

    def revoke_key(self, class_id: str, key_id: int, now: datetime) -> bool:
        """Let it open nothing; False: no such key."""

    def roster(self, class_id: str) -> list[RosterEntry]:
        """Return the students, by user id."""

    def replace_roster(self, class_id: str, entries: Sequence[RosterEntry]) -> RosterChange:
        """Make it this; when somebody joined stays."""

    def join(self, class_id: str, entry: RosterEntry) -> bool:
        """Write down that a student has joined; False when this user id has already."""
