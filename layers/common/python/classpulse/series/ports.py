"""Where the time series is stored and read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from classpulse.core.ports import Pingable
from classpulse.ingest.batches import Fact
from classpulse.series.model import EVERYTHING, Minute, SeriesFilter


class SeriesStore(Pingable, Protocol):
    """The time series of a class."""

    def write(self, facts: Sequence[Fact]) -> None:
        """Write points; the same fact again changes nothing. Raises StoreUnavailable, PermanentError."""

    def anonymise(self, facts: Sequence[Fact]) -> None:
        """Let the points of these facts name no student any more. Raises StoreUnavailable."""

    def read_minutes(
        self, class_id: str, start: datetime, end: datetime, only: SeriesFilter = EVERYTHING
    ) -> list[Minute]:
        """Return the minutes of [start, end) in which something happened, oldest first."""
