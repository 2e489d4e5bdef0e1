"""The ids that a client sent and was told are accepted, compared with the ids that are stored in the end."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from benchmarks.results import Aim, none


@dataclass(frozen=True)
class Books:
    """Counts. lost: accepted, not stored; twice: stored or counted again; unanswered: stored without a 202."""

    sent: int
    accepted: int
    stored: int
    lost: int
    twice: int
    unanswered: int
    unknown: int

    def aims(self, where: str) -> list[Aim]:
        """Return the claims that nothing is lost or stored twice."""
        return [none(f"{where}: events lost", self.lost), none(f"{where}: events stored twice", self.twice)]


@dataclass
class Ledger:
    """Ids of events. Thread-safe: each write is one operation on a set."""

    sent: set[str] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)

    def balance(self, stored: Iterable[str], counted: int | None = None) -> Books:
        """Compare with the ids that the server lists, and with the number of events in the students' progress."""
        times = Counter(stored)
        twice = times.total() - len(times)
        return Books(
            sent=len(self.sent),
            accepted=len(self.accepted),
            stored=len(times),
            lost=len(self.accepted - times.keys()),
            twice=twice + (abs(counted - len(times)) if counted is not None else 0),
            unanswered=len((self.sent & times.keys()) - self.accepted),
            unknown=len(times.keys() - self.sent),
        )
