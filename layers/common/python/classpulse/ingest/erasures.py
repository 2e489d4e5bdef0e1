"""Students who were erased, or have withdrawn consent, and the filter that applies both before anything is stored."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from classpulse.core.privacy_level import PrivacyLevel
from classpulse.ingest.batches import Fact
from classpulse.ingest.privacy import erasure_digest, reduced


@dataclass(frozen=True)
class Tombstone:
    """The record of an erasure: the keyed hash of class and user id, and the instant. It names nobody."""

    digest: str
    erased_at: datetime


@dataclass(frozen=True)
class Remembered:
    """By digest: when a student was last erased, and the level to which one has withdrawn consent."""

    erased_at: Mapping[str, datetime]
    levels: Mapping[str, PrivacyLevel]


class ErasureList(Protocol):
    """The published tombstones and consents, readable while journal and database are unavailable.

    Every method raises StoreUnavailable.
    """

    def look_up(self, digests: Collection[str]) -> Remembered:
        """Return what is remembered of these. Raises StoreUnavailable also before the first publish()."""

    def add(self, tombstones: Sequence[Tombstone], levels: Mapping[str, PrivacyLevel] | None = None) -> None:
        """Publish an erasure or a withdrawal that has just begun."""

    def publish(self, tombstones: Sequence[Tombstone], levels: Mapping[str, PrivacyLevel] | None = None) -> None:
        """Publish all. They are only ever added: of two tombstones for one student, the later counts."""


@dataclass(frozen=True)
class ErasureFilter:
    """Drops the events of erased students that are not newer than the erasure, and applies withdrawals of consent.

    An event counts as older if it happened or arrived no later than the erasure: a spool may send it days afterwards.
    """

    erasures: ErasureList
    privacy_key: bytes

    def __call__(self, facts: Sequence[Fact]) -> list[Fact]:
        """Return the facts as they may be kept, with one lookup for all. Raises StoreUnavailable."""
        students = {(fact.class_id, fact.event.user_id) for fact in facts}
        digests = {student: erasure_digest(self.privacy_key, *student) for student in students}
        if not digests:
            return []
        remembered = self.erasures.look_up(set(digests.values()))
        if not remembered.erased_at and not remembered.levels:
            return list(facts)
        kept = []
        for fact in facts:
            digest = digests[fact.class_id, fact.event.user_id]
            if _is_newer(fact, remembered.erased_at.get(digest)):
                level = remembered.levels.get(digest)
                kept.append(fact if level is None else self._reduced(fact, level))
        return kept

    def _reduced(self, fact: Fact, level: PrivacyLevel) -> Fact:
        return replace(fact, event=reduced(fact.event, fact.class_id, level, self.privacy_key))


def _is_newer(fact: Fact, erased_at: datetime | None) -> bool:
    return erased_at is None or min(fact.event.event_time, fact.received_at) > erased_at
