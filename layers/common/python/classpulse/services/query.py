"""Read a class: for the dashboard's pages, exports and scripts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter

from classpulse.domain.series import Minute, minute_of
from classpulse.errors import TransientError
from classpulse.ports import Clock, Pingable, ProgressReader, SeriesStore


@dataclass(frozen=True)
class Dependency:
    """Whether an outside thing answers, and how long that took in milliseconds."""

    name: str
    ready: bool
    latency_ms: float


@dataclass(frozen=True)
class Query:
    """What the query function needs."""

    reader: ProgressReader
    series: SeriesStore
    clock: Clock
    dependencies: Mapping[str, Pingable]

    def activity(self, class_id: str, minutes: int) -> list[Minute]:
        """Return the last minutes of a class, oldest first, those without an event included."""
        end = minute_of(self.clock()) + timedelta(minutes=1)
        start = end - timedelta(minutes=minutes)
        known = {minute.start: minute for minute in self.series.read_minutes(class_id, start, end)}
        starts = (start + timedelta(minutes=number) for number in range(minutes))
        return [known.get(start) or Minute(start=start, events=0, runs=0, errors=0, students=0) for start in starts]

    def check(self) -> list[Dependency]:
        """Ask each dependency for a sign of life."""
        return [_check(name, dependency) for name, dependency in self.dependencies.items()]


def _check(name: str, dependency: Pingable) -> Dependency:
    start = perf_counter()
    try:
        dependency.ping()
        ready = True
    except TransientError:
        ready = False
    return Dependency(name, ready, round((perf_counter() - start) * 1000, 1))
