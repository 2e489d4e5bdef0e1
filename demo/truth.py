"""What was true of each student at an instant of class time, from the simulation itself and not from its events."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from demo.dialects import REPORTERS
from demo.model import moments
from demo.state import Snapshot, Status
from demo.students import Student, enrol

NOTHING = Snapshot()
# Among so many instants the telling ones are chosen.
CANDIDATES = 240


@dataclass(frozen=True)
class Line:
    """The snapshots of a student's lesson, by the instants from which on they hold."""

    student: Student
    instants: Sequence[float]
    snapshots: Sequence[Snapshot]

    @property
    def untold(self) -> frozenset[Status]:
        """The states that the student's client does not report."""
        return REPORTERS[self.student.setup.dialect].untold

    def at(self, instant: float) -> Snapshot:
        """Return what was true at the instant."""
        number = bisect_right(self.instants, instant)
        return self.snapshots[number - 1] if number else NOTHING

    def changes_within(self, instant: float, seconds: float) -> bool:
        """Whether something happened so near to the instant that clocks may put it on either side."""
        return bisect_left(self.instants, instant - seconds) < bisect_right(self.instants, instant + seconds)


def lines(students: int, seed: int, until: float) -> list[Line]:
    """Return the truth about a class up to a second of class time."""
    return [_line(student, seed, until) for student in enrol(students, seed)]


def telling_instants(found: Sequence[Line], until: float) -> list[float]:
    """Return the instants at which most cells are in one of the rare states, or most hands are up."""
    candidates = [until * number / (CANDIDATES + 1) for number in range(1, CANDIDATES + 1)]
    counts = {
        instant: _rare(line.at(instant) for line in found if line.student.setup.time_is_known) for instant in candidates
    }
    rare = sorted({state for count in counts.values() for state in count})
    return sorted({max(candidates, key=lambda instant: counts[instant][state]) for state in rare})


def _rare(snapshots: Iterable[Snapshot]) -> Counter[str]:
    found: Counter[str] = Counter()
    for snapshot in snapshots:
        found.update(status for status in snapshot.cells.values() if status != Status.OK)
        found.update(["hand"] if snapshot.hand_since is not None else [])
    return found


def _line(student: Student, seed: int, until: float) -> Line:
    found = list(takewhile(lambda moment: moment.at <= until, moments(student, seed)))
    return Line(student, [moment.at for moment in found], [moment.truth for moment in found])
