"""The port of joining: guests, personal codes and students' tokens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Protocol

from classpulse.ingest.ports import StudentToken
from classpulse.ingest.privacy import ClassPolicy
from classpulse.progress.updates import Changed

# As many as a roster may have students. A key that leaks fills no more, and the next key starts from zero.
MOST_GUESTS = 5_000


@dataclass(frozen=True)
class Guest:
    """A student who joined with the class key. Nobody has verified the name until roster_user_id is set.

    pseudonym: what a pseudonymous class stores instead of the user id. roster_user_id: the student on the roster that a
    teacher linked the guest to.
    """

    user_id: str
    pseudonym: str
    user_name: str | None
    joined_at: datetime
    roster_user_id: str | None = None


class Added(Enum):
    """The outcome of adding a guest."""

    DONE = auto()
    ID_IN_USE = auto()
    KEY_FULL = auto()
    KEY_ENDED = auto()


class Linked(Enum):
    """The outcome of linking, unlinking or removing a guest."""

    DONE = auto()
    GUEST_UNKNOWN = auto()
    NOT_ON_ROSTER = auto()


# With the update for the dashboards, if it changes what they show.
Linking = tuple[Linked, Changed | None]


@dataclass(frozen=True)
class StoredCode:
    """What is stored of a personal code: its digest, and the student on the roster that it is for."""

    user_id: str
    digest: str
    expires_at: datetime


# Returns the token of a student of a class.
MakeToken = Callable[[ClassPolicy, str], StudentToken]


class JoiningRepository(Protocol):
    """Every method raises StoreUnavailable. Revoked tokens are published to ingest, or nothing changes."""

    def add_guest(self, class_id: str, guest: Guest, token: StudentToken, key_id: int) -> Added:
        """Store a guest and the token, which ends with the key; the id must be nobody's, and have no events.

        A key admits MOST_GUESTS guests.
        """

    def guests(self, class_id: str) -> list[Guest]:
        """Return the guests, those who joined last first."""

    def link_guest(self, class_id: str, user_id: str, roster_user_id: str | None, now: datetime) -> Linking:
        """Link a guest to a student on the roster, or unlink it (None).

        Progress takes the roster's name and team in the same transaction.
        """

    def remove_guest(self, class_id: str, user_id: str) -> Linking:
        """Remove a guest with its tokens; the events stay."""

    def add_codes(self, class_id: str, codes: Sequence[StoredCode], *, keep_tokens: bool) -> list[str]:
        """Replace the unused codes of these students and, unless kept, revoke their tokens.

        Return the user ids that are not on the roster; then nothing has changed.
        """

    def redeem_code(self, digest: str, now: datetime, make: MakeToken) -> StudentToken | None:
        """Use a code: the student on the roster has joined, with this token. None: it is not valid, or used."""

    def join_verified(self, class_id: str, user_id: str, now: datetime, make: MakeToken) -> StudentToken | None:
        """Give a student on the roster a token, whom somebody has identified. None: the roster has no such student."""

    def add_tokens(self, class_id: str, tokens: Sequence[StudentToken], *, keep_tokens: bool) -> None:
        """Store tokens; unless kept, revoke those that these students had before."""
