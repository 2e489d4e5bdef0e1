"""How well the truth about a class and what is shown of it agree: precision and recall of each state."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from demo.state import CellKey, Place, Snapshot, Status
from demo.truth import NOTHING, Line

# What is compared: a name as it is printed, for cells and for students.
CELLS = {
    Status.RUNNING: "cell runs",
    Status.WAITING: "cell waits for input",
    Status.QUEUED: "cell is queued",
    Status.OK: "cell: ok",
    Status.ERROR: "cell: error",
    Status.INTERRUPTED: "cell: interrupted",
    Status.ABORTED: "cell: never ran",
}
RUNS, WAITS, HAND, STREAK, PLACE = "student runs a cell", "student is asked", "hand is up", "streak", "place"
STATES = (*CELLS.values(), RUNS, WAITS, HAND, STREAK, PLACE)
UNTOLD, NEAR, UNKNOWN_TIME = "not reported by the client", "too near to the instant", "clock not corrected"


# Seconds by which the time of an event is rounded.
ROUNDING = 0.01


@dataclass(frozen=True)
class Shown:
    """What the system shows of a student. hand_since: in seconds of class time, None while the hand is down."""

    runs: bool = False
    waits: bool = False
    hand_since: float | None = None
    streak: int = 0
    place: Place | None = None
    cells: Mapping[CellKey, Status] = field(default_factory=dict)


@dataclass
class Score:
    """Counts of a state. true: how often it was so; shown: how often it is shown; right: how often both."""

    true: int = 0
    shown: int = 0
    right: int = 0

    @property
    def precision(self) -> float | None:
        """The share of what is shown that is true."""
        return self.right / self.shown if self.shown else None

    @property
    def recall(self) -> float | None:
        """The share of what is true that is shown."""
        return self.right / self.true if self.true else None


@dataclass
class Report:
    """The result of a comparison. left_out: how often something was not compared, by the reason."""

    scores: dict[str, Score] = field(default_factory=lambda: {state: Score() for state in STATES})
    left_out: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def below(self, bound: float) -> list[str]:
        """Return the states whose precision or recall is below the bound."""
        return [
            state
            for state, score in self.scores.items()
            if any(share is not None and share < bound for share in (score.precision, score.recall))
        ]

    def text(self) -> str:
        """Return a table for people."""
        rows = [f"{'state':24}{'true':>8}{'shown':>8}{'right':>8}{'precision':>11}{'recall':>9}"]
        rows += [
            f"{state:24}{score.true:8,}{score.shown:8,}{score.right:8,}{_percent(score.precision):>11}"
            f"{_percent(score.recall):>9}"
            for state, score in self.scores.items()
        ]
        rows += [f"not compared, {reason}: {number:,}" for reason, number in sorted(self.left_out.items())]
        return "\n".join(rows)


def compare(
    report: Report, line: Line, instant: float, shown: Shown, *, margin: float, live: bool, where: str = ""
) -> None:
    """Add one student at one instant to the report.

    margin: seconds of class time by which the server may err about a clock that it corrects; live: whether `shown` is
    the newest state, which a wrong clock does not change.
    """
    knows_time = line.student.setup.time_is_known
    if not (live or knows_time):
        report.left_out[UNKNOWN_TIME] += 1
        return
    if line.changes_within(instant, margin if line.student.setup.clock else ROUNDING):
        report.left_out[NEAR] += 1
        return
    truth = line.at(instant)
    found = _Student(report, f"{where} {line.student.user_id}")
    found.compare_cells(truth, shown, line.untold)
    found.compare_hand(truth.hand_since, shown.hand_since, margin if knows_time else None)
    found.one(STREAK, truth.streak or None, shown.streak or None)


@dataclass
class _Student:
    report: Report
    who: str

    def one(self, state: str, truth: object, shown: object) -> None:
        """Compare two values; None: the state does not hold."""
        score = self.report.scores[state]
        score.true += truth is not None
        score.shown += shown is not None
        score.right += truth is not None and truth == shown
        if truth != shown:
            self.report.differences.append(f"{self.who}, {state}: true {_said(truth)}, shown {_said(shown)}")

    def compare_cells(self, truth: Snapshot, shown: Shown, untold: frozenset[Status]) -> None:
        """Compare the cells, and what follows from the one that is busy."""
        hidden = {cell for cell, status in truth.cells.items() if status in untold}
        for cell in sorted((truth.cells.keys() | shown.cells.keys()) - hidden):
            true, seen = truth.cells.get(cell), shown.cells.get(cell)
            for status in {status for status in (true, seen) if status}:
                name, at = CELLS[status], f"{cell[0]} {cell[1]}"
                self.one(name, at if true == status else None, at if seen == status else None)
        if hidden:
            self.report.left_out[UNTOLD] += len(hidden)
            return
        statuses = set(truth.cells.values())
        self.one(RUNS, Status.RUNNING in statuses or None, shown.runs or None)
        self.one(WAITS, Status.WAITING in statuses or None, shown.waits or None)
        if truth.place is None and truth is not NOTHING:
            self.report.left_out[UNTOLD] += 1
            return
        self.one(PLACE, truth.place, shown.place)

    def compare_hand(self, truth: float | None, shown: float | None, margin: float | None) -> None:
        """Compare the hands: right is one that has been up since the same time. margin None: that time is unknown."""
        both = truth is not None and shown is not None
        if both and (margin is None or abs((truth or 0) - (shown or 0)) <= max(margin, 1.0)):
            shown = truth
        self.one(HAND, truth, shown)


def compare_all(
    report: Report, lines: Iterable[Line], instant: float, shown: Mapping[str, Shown], *, margin: float, live: bool
) -> None:
    """Add a class at one instant to the report; students of whom nothing is shown count as shown without any state."""
    where = "now" if live else f"second {instant:.0f}"
    for line in lines:
        seen = shown.get(line.student.user_id, Shown())
        compare(report, line, instant, seen, margin=margin, live=live, where=where)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share * 100:.1f}%"


def _said(value: object) -> str:
    return "no" if value is None else "yes" if value is True else str(value)
