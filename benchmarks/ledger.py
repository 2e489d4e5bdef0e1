"""The client's own books: what it sent, what it was told is accepted, and what is stored in the end."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from benchmarks.results import Aim, none


@dataclass(frozen=True)
class Books:
    """Events. lost: accepted, but not stored; twice: stored or counted again; unanswered: stored without a 202."""

    sent: int
    accepted: int
    stored: int
    lost: int
    twice: int
    unanswered: int
    unknown: int

    def aims(self, where: str) -> list[Aim]:
        """Return what has to hold."""
        return [none(f"{where}: events lost", self.lost), none(f"{where}: events stored twice", self.twice)]


@dataclass
class Ledger:
    """Ids of events. Several threads may write: each call is one operation on a set."""

    sent: set[str] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)

    def balance(self, stored: Iterable[str], counted: int | None = None) -> Books:
        """Compare with the ids that the server lists, and with the events that the students' progress counts."""
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
