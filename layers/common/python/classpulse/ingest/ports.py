"""The ports of ingest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from classpulse.ingest.privacy import ClassPolicy


class RateLimiter(Protocol):
    """Limits how many events a sender may send."""

    def seconds_to_wait(self, events_by_sender: Mapping[tuple[str, ...], int]) -> int:
        """Count the events by sender: (class id, user id, credential), or (credential,) for all senders with a key.

        Return 0, or the seconds to wait.
        """


@dataclass(frozen=True)
class StudentToken:
    """The claims of a student's own token."""

    class_id: str
    user_id: str
    issued_at: datetime
    expires_at: datetime


class StudentTokens(Protocol):
    """Signs and verifies students' tokens."""

    def student(self, token: StudentToken) -> str:
        """Return a signed token with these claims."""

    def read_student(self, token: str, now: datetime) -> StudentToken | None:
        """Return the claims of a token; None if its signature, time or kind is not valid."""


@dataclass(frozen=True)
class IngestKey:
    """A class's key. expires_at: Unix time in seconds; None: never."""

    class_id: str
    key_id: int
    expires_at: float | None = None


@dataclass(frozen=True)
class Admission:
    """The result of a lookup: the key, if it exists, and the policies of those classes that are registered."""

    key: IngestKey | None
    policies: Mapping[str, ClassPolicy]


class PolicyCache(Protocol):
    """Class keys and policies, readable while PostgreSQL is unavailable. Every method raises StoreUnavailable."""

    def look_up(self, key_digest: str | None, class_ids: Sequence[str]) -> Admission:
        """Return the key and the policies. Raises StoreUnavailable also before the first publish()."""

    def publish(self, policies: Sequence[ClassPolicy], keys: Mapping[str, IngestKey]) -> None:
        """Replace everything, atomically. keys: SHA-256 (hexadecimal) of a key -> the key."""

    def publish_class(self, policy: ClassPolicy, keys: Mapping[str, IngestKey]) -> None:
        """Replace one class's policy and keys, atomically."""
