"""The port of the time series."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from classpulse.core.ports import Pingable
from classpulse.ingest.batches import Fact
from classpulse.series.model import EVERYTHING, Minute, SeriesFilter


class SeriesStore(Pingable, Protocol):
    """The time series of a class."""

    def write(self, facts: Sequence[Fact]) -> None:
        """Write points; writing a fact twice changes nothing. Raises StoreUnavailable, PermanentError."""

    def anonymise(self, facts: Sequence[Fact]) -> None:
        """Remove the user id from the points of these facts. Raises StoreUnavailable."""

    def read_minutes(
        self, class_id: str, start: datetime, end: datetime, only: SeriesFilter = EVERYTHING
    ) -> list[Minute]:
        """Return the minutes of [start, end) that have events, oldest first."""
