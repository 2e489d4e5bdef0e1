"""The ports of ingest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Protocol
from uuid import uuid4

from classpulse.ingest.privacy import ClassPolicy


class RateLimiter(Protocol):
    """Limits how many events a sender may send."""

    def seconds_to_wait(self, events_by_sender: Mapping[tuple[str, ...], int]) -> int:
        """Count the events by sender: (class id, user id, credential), or (credential,) for all senders with a key.

        Return 0, or the seconds to wait.
        """


@dataclass(frozen=True)
class StudentToken:
    """The claims of a student's own token; its id, by which it can be revoked, is new unless it is given."""

    class_id: str
    user_id: str
    issued_at: datetime
    expires_at: datetime
    token_id: str = field(default_factory=lambda: str(uuid4()))


class StudentTokens(Protocol):
    """Signs and verifies students' tokens."""

    def student(self, token: StudentToken) -> str:
        """Return a signed token with these claims."""

    def read_student(self, token: str, now: datetime) -> StudentToken | None:
        """Return the claims of a token; None if its signature, time or kind is not valid, or if it has no id."""


@dataclass(frozen=True)
class IngestKey:
    """A class's key. expires_at: Unix time in seconds; None: never.

    in_path: it is valid in the path of an address only; any other class key is valid as a bearer token only.
    """

    class_id: str
    key_id: int
    expires_at: float | None = None
    in_path: bool = False


@dataclass(frozen=True)
class Admission:
    """The result of a lookup: the key, if it exists, and the policies of those classes that are registered.

    token_ends: the Unix time from which the student's token is refused; None: it is valid until it expires.
    """

    key: IngestKey | None
    policies: Mapping[str, ClassPolicy]
    token_ends: float | None = None


NO_TOKEN_ENDS: Mapping[str, float] = MappingProxyType({})


class PolicyCache(Protocol):
    """Class keys, policies and ended tokens, readable while PostgreSQL is unavailable.

    token_ends: the id of a student's token that ends before it expires -> the Unix time from which it is refused.
    Every method raises StoreUnavailable.
    """

    def look_up(self, key_digest: str | None, class_ids: Sequence[str], token_id: str | None = None) -> Admission:
        """Return the key, the policies and the token's end. Raises StoreUnavailable also before the first publish()."""

    def publish(
        self,
        policies: Sequence[ClassPolicy],
        keys: Mapping[str, IngestKey],
        token_ends: Mapping[str, float] = NO_TOKEN_ENDS,
    ) -> None:
        """Replace everything, atomically. keys: SHA-256 (hexadecimal) of a key -> the key."""

    def publish_class(
        self, policy: ClassPolicy, keys: Mapping[str, IngestKey], token_ends: Mapping[str, float] = NO_TOKEN_ENDS
    ) -> None:
        """Replace one class's policy and keys, and add its tokens that end, atomically."""
