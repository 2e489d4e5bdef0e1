"""What is true of a student: the simulation's own state, which never sees an event."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

# A notebook's first path and a cell id.
CellKey = tuple[str, str]
# None as a cell: the notebook was opened, and no cell of it has been used yet.
Place = tuple[str, str | None]


class Status(StrEnum):
    """The states of a cell, named as the wire contract names them; aborted: it never ran."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    OK = "ok"
    ERROR = "error"
    INTERRUPTED = "interrupted"
    ABORTED = "aborted"


@dataclass(frozen=True)
class Snapshot:
    """What is true of a student at an instant.

    place: None where the client cannot tell; hand_since: in seconds of class time, None while the hand is down; streak:
    failed runs in a row.
    """

    place: Place | None = None
    hand_since: float | None = None
    streak: int = 0
    cells: Mapping[CellKey, Status] = field(default_factory=dict)


@dataclass
class State:
    """A student's state; it changes as the student works."""

    place: Place | None = None
    hand_since: float | None = None
    streak: int = 0
    _ended: dict[CellKey, Status] = field(default_factory=dict)
    _open: dict[CellKey, Status] = field(default_factory=dict)

    def begin(self, cell: CellKey, status: Status) -> None:
        """Let a run of the cell be queued, running or waiting."""
        self._open[cell] = status

    def end(self, cell: CellKey, outcome: Status, *, neutral: bool = False) -> None:
        """End the run; a neutral one leaves the streak as it is."""
        del self._open[cell]
        self._ended[cell] = outcome
        if not neutral:
            self.streak = self.streak + 1 if outcome == Status.ERROR else 0

    def abort(self, cell: CellKey) -> None:
        """Forget the run: the cell keeps the outcome of its last run, if it has ever run."""
        del self._open[cell]
        self._ended.setdefault(cell, Status.ABORTED)

    def snapshot(self) -> Snapshot:
        """Return what is true now."""
        return Snapshot(self.place, self.hand_since, self.streak, self._ended | self._open)
