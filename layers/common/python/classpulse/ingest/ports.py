"""What ingest needs of the outside world."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from classpulse.ingest.privacy import ClassPolicy


class RateLimiter(Protocol):
    """How much somebody may send."""

    def seconds_to_wait(self, events_by_sender: Mapping[tuple[str, ...], int]) -> int:
        """Count the events per (class id, user id) or (key id,); return 0 to go on, or the seconds to wait."""


@dataclass(frozen=True)
class StudentToken:
    """What a student's own token says."""

    class_id: str
    user_id: str
    issued_at: datetime
    expires_at: datetime


class StudentTokens(Protocol):
    """Signed tokens of students."""

    def student(self, found: StudentToken) -> str:
        """Return a student's token."""

    def read_student(self, token: str, now: datetime) -> StudentToken | None:
        """Return what a student's token says; None when its signature, time or kind is wrong."""


@dataclass(frozen=True)
class IngestKey:
    """A class's key. expires_at: Unix time in seconds, None for good."""

    class_id: str
    key_id: int
    expires_at: float | None = None


@dataclass(frozen=True)
class Admission:
    """What ingest asks before it takes a batch: the key, if it is one, and the policies of registered classes."""

    key: IngestKey | None
    policies: Mapping[str, ClassPolicy]


class PolicyCache(Protocol):
    """Keys and policies where ingest finds them while PostgreSQL is away. Everything raises StoreUnavailable."""

    def look_up(self, key_digest: str | None, class_ids: Sequence[str]) -> Admission:
        """Return what is known. Raises StoreUnavailable too when nothing was ever published: nobody is let in then."""

    def publish(self, policies: Sequence[ClassPolicy], keys: Mapping[str, IngestKey]) -> None:
        """Replace all that was published, at once. keys: SHA-256 (hexadecimal) of a key -> the key."""

    def publish_class(self, policy: ClassPolicy, keys: Mapping[str, IngestKey]) -> None:
        """Replace one class's policy and keys, at once."""
