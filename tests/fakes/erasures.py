"""Erasures, their journal, and metrics in memory."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from classpulse.core.errors import StoreUnavailable
from classpulse.core.metrics import Metric
from classpulse.core.privacy_level import PrivacyLevel
from classpulse.ingest.erasures import Remembered, Tombstone


class MemoryErasures:
    """The ErasureList port; published from the beginning."""

    def __init__(self) -> None:
        self.published = True
        self._students: dict[str, datetime] = {}
        self._levels: dict[str, PrivacyLevel] = {}

    def look_up(self, digests: Collection[str]) -> Remembered:
        """See ErasureList.look_up."""
        if not self.published:
            raise StoreUnavailable("erasures have not been published yet")
        return Remembered(
            {digest: self._students[digest] for digest in digests if digest in self._students},
            {digest: self._levels[digest] for digest in digests if digest in self._levels},
        )

    def add(self, tombstones: Sequence[Tombstone], levels: Mapping[str, PrivacyLevel] | None = None) -> None:
        """See ErasureList.add."""
        for one in tombstones:
            self._students[one.digest] = max(one.erased_at, self._students.get(one.digest, one.erased_at))
        self._levels |= levels or {}

    def publish(self, tombstones: Sequence[Tombstone], levels: Mapping[str, PrivacyLevel] | None = None) -> None:
        """See ErasureList.publish."""
        self.add(tombstones, levels)
        self.published = True


class MemoryJournal:
    """The ErasureJournal port."""

    def __init__(self) -> None:
        self._tombstones: list[Tombstone] = []

    def append(self, tombstones: Sequence[Tombstone]) -> None:
        """See ErasureJournal.append."""
        self._tombstones += [one for one in tombstones if one not in self._tombstones]

    def read(self) -> list[Tombstone]:
        """See ErasureJournal.read."""
        return list(self._tombstones)


class MemoryMeter:
    """The Meter port: `values` holds the sum of each metric."""

    def __init__(self) -> None:
        self.values: dict[Metric, float] = {}

    def record(self, values: Mapping[Metric, float]) -> None:
        """See Meter.record."""
        for metric, value in values.items():
            self.values[metric] = self.values.get(metric, 0) + value
