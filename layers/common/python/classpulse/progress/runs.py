"""Which runs have not ended: a function of a student's events, in whatever order and however often they arrive.

A kernel runs one cell at a time, in the order in which they were queued; a student has one kernel a notebook. So the
oldest open run of a kernel is the one that runs, and the others are queued. The SQL function fold_runs() has the same
rules: it keeps the begins of open runs and a few instants of each kernel, and reads no event again.

A begin (a cell_queued, cell_started or cell_waiting) is over when one of these holds:

- its run has ended: an end has the same run id; or, if one of the two has none, an end of the same cell is later;
- its kernel was cleared later: restarted, dead, or the notebook closed;
- a run of the same kernel that was queued (or started) later has ended, or has proved that it runs. For a run of which
  only the end was reported, its end counts as its start.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from classpulse.ingest.events import EARLIEST, Event, EventType

# A browser takes the times of start and end in two handlers, which race: the end may be a little before its start.
# Without a run id, a start so soon after an end of its cell belongs to that end.
RACE = timedelta(milliseconds=250)


class Turn(StrEnum):
    """What an event says of a run, or of all runs of a kernel."""

    QUEUED = "queued"
    STARTED = "started"
    WAITING = "waiting"
    ENDED = "ended"
    CLEARED = "cleared"


_OF_CELLS: dict[str, Turn] = {
    EventType.CELL_QUEUED: Turn.QUEUED,
    EventType.CELL_STARTED: Turn.STARTED,
    EventType.CELL_WAITING: Turn.WAITING,
    EventType.CELL_EXECUTED: Turn.ENDED,
    EventType.CELL_ABORTED: Turn.ENDED,
}
_OF_KERNELS: set[str] = {EventType.KERNEL_RESTARTED, EventType.KERNEL_DIED, EventType.NOTEBOOK_CLOSED}
_TURNS = _OF_CELLS | dict.fromkeys(_OF_KERNELS, Turn.CLEARED)


def turn_of(event: Event) -> Turn | None:
    """Return what the event says of a run or a kernel; None: nothing."""
    turn = _TURNS.get(event.event_type)
    return turn if turn is Turn.CLEARED or event.in_code_cell else None


@dataclass(frozen=True)
class OpenRun:
    """A run that has not ended. state: queued, started (it runs) or waiting (for input).

    since: when it began to run or to wait; None if it is queued.
    """

    notebook_path: str | None
    cell_id: str | None
    state: Turn
    since: datetime | None


@dataclass(frozen=True)
class _Turn:
    turn: Turn
    event: Event

    @property
    def is_begin(self) -> bool:
        return self.turn not in (Turn.ENDED, Turn.CLEARED)

    @property
    def time(self) -> datetime:
        return self.event.event_time

    @property
    def run_id(self) -> str | None:
        return self.event.run_id

    @property
    def cell(self) -> str | None:
        # A cell id without a notebook identifies no cell.
        return self.event.cell_id if self.event.notebook_path else None


def open_runs(events: Iterable[Event]) -> list[OpenRun]:
    """Return the open runs of one student, by kernel; of each kernel the one that runs comes first."""
    kernels = _by_kernel(events)
    return [run for path in sorted(kernels, key=str) for run in _open_in(path, kernels[path])]


def current_run(events: Iterable[Event]) -> OpenRun | None:
    """Return the run that runs or waits in the kernel of the student's newest begin; None if that kernel is idle."""
    kernels = _by_kernel(events)
    begins = {path: [turn.event.ordering for turn in turns if turn.is_begin] for path, turns in kernels.items()}
    newest = max((path for path in kernels if begins[path]), key=lambda path: max(begins[path]), default=None)
    return next(iter(_open_in(newest, kernels[newest])), None) if newest in kernels else None


def _by_kernel(events: Iterable[Event]) -> dict[str | None, list[_Turn]]:
    kernels: dict[str | None, list[_Turn]] = defaultdict(list)
    for event in events:
        if turn := turn_of(event):
            kernels[event.notebook_path].append(_Turn(turn, event))
    return kernels


def _open_in(path: str | None, turns: Sequence[_Turn]) -> list[OpenRun]:
    begins = [turn for turn in turns if turn.is_begin]
    ends = [turn for turn in turns if turn.turn is Turn.ENDED]
    ended = [begin for begin in begins if any(_ends(end, begin) for end in ends)]
    later = _first_of_each([*ended, *_proved(begins)])
    queued = _newest(turn for turn in later if turn.turn is Turn.QUEUED)
    started = max(_newest(turn for turn in later if turn.turn is Turn.STARTED), _newest(_without_begin(ends, begins)))
    cleared = _newest(turn for turn in turns if turn.turn is Turn.CLEARED)
    left = [
        begin
        for begin in begins
        if begin not in ended
        and begin.time > cleared
        and begin.time >= (queued if begin.turn is Turn.QUEUED else started)
    ]
    return _in_order(path, left, _newest(ends))


def _ends(end: _Turn, begin: _Turn) -> bool:
    if end.run_id and begin.run_id:
        return end.run_id == begin.run_id
    return end.cell == begin.cell and begin.time <= end.time + RACE


def _without_begin(ends: Sequence[_Turn], begins: Sequence[_Turn]) -> list[_Turn]:
    """Return the ends of runs of whose cell no begin was reported before."""
    first: dict[str | None, datetime] = {}
    for begin in begins:
        first[begin.cell] = min(first.get(begin.cell, begin.time), begin.time)
    return [
        end
        for end in ends
        if end.cell and end.event.is_run and (end.cell not in first or first[end.cell] > end.time + RACE)
    ]


def _proved(begins: Sequence[_Turn]) -> list[_Turn]:
    """Return the begins of runs that run for certain, as they were queued before they started, or wait for input."""
    kinds: dict[str, set[Turn]] = defaultdict(set)
    for begin in begins:
        if begin.run_id:
            kinds[begin.run_id].add(begin.turn)
    sure = {run_id for run_id, found in kinds.items() if Turn.WAITING in found or {Turn.QUEUED, Turn.STARTED} <= found}
    return [begin for begin in begins if begin.run_id in sure]


def _first_of_each(begins: Sequence[_Turn]) -> list[_Turn]:
    """Leave out a second start of a named run: by it the run goes on, in the place that it has in the queue."""
    first: dict[tuple[str, Turn], datetime] = {}
    for begin in begins:
        key = begin.run_id or "", begin.turn
        first[key] = min(first.get(key, begin.time), begin.time)
    return [begin for begin in begins if not begin.run_id or begin.time == first[begin.run_id, begin.turn]]


def _in_order(path: str | None, begins: Sequence[_Turn], freed: datetime) -> list[OpenRun]:
    runs: dict[tuple[str | None, str], list[_Turn]] = defaultdict(list)
    for begin in begins:
        runs[begin.cell, begin.run_id or ""].append(begin)
    ordered = sorted(runs, key=lambda key: (_asked(key[1], runs[key]), _index(runs[key]), key[0] or "", key[1]))
    return [
        _open_run(path, key[0], runs[key], freed) if number == 0 else OpenRun(path, key[0], Turn.QUEUED, None)
        for number, key in enumerate(ordered)
    ]


def _open_run(path: str | None, cell: str | None, begins: Sequence[_Turn], freed: datetime) -> OpenRun:
    started = _newest(begin for begin in begins if begin.turn is Turn.STARTED)
    waiting = _newest(begin for begin in begins if begin.turn is Turn.WAITING)
    if waiting > EARLIEST and waiting >= started:
        return OpenRun(path, cell, Turn.WAITING, waiting)
    since = started if started > EARLIEST else _newest(begins)
    return OpenRun(path, cell, Turn.STARTED, max(since, freed))


def _asked(run_id: str, begins: Sequence[_Turn]) -> datetime:
    """Return the run's place in the kernel's queue. Without a run id, the begins may be those of several runs."""
    if run_id:
        return min(begin.time for begin in begins)
    queued = _newest(begin for begin in begins if begin.turn is Turn.QUEUED)
    started = _newest(begin for begin in begins if begin.turn is Turn.STARTED)
    return next((time for time in (queued, started) if time > EARLIEST), _newest(begins))


def _index(begins: Sequence[_Turn]) -> int:
    indexes = [begin.event.cell_index for begin in begins if begin.event.cell_index is not None]
    return max(indexes, default=2**31)


def _newest(turns: Iterable[_Turn]) -> datetime:
    return max((turn.time for turn in turns), default=EARLIEST)
