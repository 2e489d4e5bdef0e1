"""The time series of a class: written as points, read as minutes for charts."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from classpulse.core.moments import Moment
from classpulse.core.wire import WireModel
from classpulse.ingest.batches import Fact
from classpulse.ingest.events import EARLIEST

MINUTE = timedelta(minutes=1)
MEASUREMENT = "student_progress"
_NANOSECONDS_OF_A_MILLISECOND = 1_000_000


class Minute(WireModel):
    """The totals of a class in one minute of event time."""

    start: Moment
    events: int
    runs: int
    errors: int
    students: int


@dataclass(frozen=True)
class SeriesFilter:
    """Counts only the events of one notebook, one cell or these students; None: no restriction."""

    notebook_path: str | None = None
    cell_id: str | None = None
    user_ids: tuple[str, ...] | None = None


EVERYTHING = SeriesFilter()


def point_time(fact: Fact) -> int:
    """Return the point's time in nanoseconds since 1970: the event's millisecond, then a digest of its identity.

    InfluxDB keeps one point per series and timestamp. The digest separates two events of one millisecond, also those of
    two students with the same id, and gives a repeated event the same timestamp again, so that writing it twice changes
    nothing.
    """
    since = fact.event.event_time - EARLIEST
    milliseconds = (since.days * 86_400 + since.seconds) * 1_000 + since.microseconds // 1_000
    identity = "\0".join(fact.identity).encode()
    digest = int.from_bytes(hashlib.sha256(identity).digest()[:8], "big")
    return milliseconds * _NANOSECONDS_OF_A_MILLISECOND + digest % _NANOSECONDS_OF_A_MILLISECOND


def minute_of(moment: datetime) -> datetime:
    """Return the start of the moment's minute."""
    return moment.replace(second=0, microsecond=0)
