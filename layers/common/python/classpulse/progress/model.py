"""Progress: the fold of a student's facts, and the rules that make it independent of arrival order.

Totals count each event id once. "Latest" fields follow `Event.ordering` (event time, then event id), so that late,
repeated and reordered deliveries all lead to the same progress.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

from pydantic import Field, TypeAdapter, computed_field

from classpulse.core.moments import Moment
from classpulse.core.wire import WireModel
from classpulse.ingest.batches import Fact
from classpulse.ingest.error_names import error_name
from classpulse.ingest.events import Event, Outcome
from classpulse.progress.attention import Attention
from classpulse.progress.hands import hand_of
from classpulse.progress.need import Need, absent_from, idle_from, needs_of, runs_long_from, unresolved_streak
from classpulse.progress.places import placed
from classpulse.progress.runs import Turn, current_run, open_runs, turn_of


class CellStatus(StrEnum):
    """The state of a cell: of its run that has not ended, else of its newest run; aborted: it has never run."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    OK = "ok"
    ERROR = "error"
    INTERRUPTED = "interrupted"
    ABORTED = "aborted"


class StudentProgress(WireModel):
    """The progress of one student of one class, as dashboards receive it."""

    user_id: str
    user_name: str | None
    team_name: str | None
    revision: Annotated[int, Field(description="the class revision that last changed this student")]
    first_event: Moment
    last_event: Moment
    last_seen: Annotated[Moment, Field(description="when the last event to arrive was accepted, by the server's clock")]
    events: int
    runs: int
    errors: int
    error_streak: Annotated[int, Field(description="failed runs since the last successful run")]
    last_error_name: Annotated[str | None, Field(description="of the newest failed run")]
    help_since: Annotated[Moment | None, Field(description="when the hand went up; repeats do not change it")]
    help_until: Annotated[
        Moment | None, Field(description="when the hand comes down unless the client repeats it; null: it stays up")
    ] = None
    running_since: Annotated[Moment | None, Field(description="since when a cell runs that does not wait for input")]
    waiting_since: Annotated[Moment | None, Field(description="since when a running cell waits for input()")] = None
    notebook_path: str | None
    cell_id: str | None
    cell_index: int | None
    is_behind: Annotated[bool, Field(description="at a cell before the middle one of the class")] = False
    behind_until: Annotated[
        Moment | None, Field(description="when this stops counting unless the class goes on in the notebook")
    ] = None
    is_teacher: Annotated[bool, Field(description="a teacher of the class, who does not count as a student")] = False
    sessions: Annotated[int, Field(description="the most sessions that were active at the same time today")] = 1
    clock_offset: Annotated[
        int | None, Field(description="seconds by which the student's clock is recognised as slow; negative: fast")
    ] = None
    attention: Annotated[Attention | None, Field(description="set by teachers; not part of the fold")] = None

    @computed_field(description="why and when the student needs help, the most urgent first")  # type: ignore[prop-decorator]
    @property
    def needs(self) -> list[Need]:
        """See need.needs_of()."""
        return needs_of(self)

    @computed_field(description="the error streak without errors that a teacher has resolved")  # type: ignore[prop-decorator]
    @property
    def unresolved_streak(self) -> int:
        """See need.unresolved_streak()."""
        return unresolved_streak(self)

    @computed_field(description="when the running cell counts as running long")  # type: ignore[prop-decorator]
    @property
    def runs_long_from(self) -> Moment | None:
        """See need.runs_long_from()."""
        return runs_long_from(self)

    @computed_field(description="when the student counts as inactive unless an event arrives")  # type: ignore[prop-decorator]
    @property
    def idle_from(self) -> Moment:
        """See need.idle_from()."""
        return idle_from(self)

    @computed_field(description="when the student counts as absent unless an event arrives")  # type: ignore[prop-decorator]
    @property
    def absent_from(self) -> Moment:
        """See need.absent_from()."""
        return absent_from(self)


STUDENTS = TypeAdapter(list[StudentProgress])


class CellProgress(WireModel):
    """One student's work on one cell."""

    notebook_path: str
    cell_id: str
    cell_index: int | None
    status: CellStatus
    attempts: int
    errors: int
    last_error_name: str | None
    last_run: Moment | None


class CellState(CellProgress):
    """A cell's progress with its student and the class revision that last changed it."""

    user_id: str
    revision: int


def of_team(students: Iterable[StudentProgress], team_name: str | None) -> list[StudentProgress]:
    """Return the students of a team; None: all students."""
    return [student for student in students if team_name is None or student.team_name == team_name]


def fold_student(facts: Iterable[Fact], revision: int) -> StudentProgress:
    """Fold all facts of one student of one class; at least one."""
    ordered = _in_order(facts)
    events = [fact.event for fact in ordered]
    runs = counted_runs(events)
    failed = [event for event in runs if event.is_error]
    hand = hand_of(events)
    running = current_run(events)
    places = placed(events)
    place, current = _newest_place(places), _newest_place(place for place in places if place[1].cell_id)
    # If the student has opened another notebook since, no cell of it is current yet.
    here = current if place and current and current.notebook_path == place.notebook_path else None
    return StudentProgress(
        user_id=events[0].user_id,
        user_name=next((event.user_name for event in reversed(events) if event.user_name), None),
        team_name=next((event.team_name for event in reversed(events) if event.team_name), None),
        revision=revision,
        first_event=events[0].event_time,
        last_event=events[-1].event_time,
        last_seen=max(fact.received_at for fact in ordered),
        events=len(events),
        runs=len(runs),
        errors=len(failed),
        error_streak=_trailing_errors(runs),
        last_error_name=error_name(failed[-1].error_message) if failed else None,
        help_since=hand.since if hand else None,
        help_until=hand.until if hand else None,
        running_since=running.since if running and running.state is Turn.STARTED else None,
        waiting_since=running.since if running and running.state is Turn.WAITING else None,
        notebook_path=place.notebook_path if place else None,
        cell_id=here.cell_id if here else None,
        cell_index=here.cell_index if here else None,
    )


def fold_cells(facts: Iterable[Fact]) -> list[CellProgress]:
    """Fold all facts of one student of one class into one row per cell that was asked to run."""
    events = [fact.event for fact in _in_order(facts)]
    counted = {event.event_id for event in counted_runs(events)}
    cells: dict[tuple[str, str], list[Event]] = {}
    for event in events:
        if event.notebook_path and event.cell_id and turn_of(event) not in (None, Turn.CLEARED):
            cells.setdefault((event.notebook_path, event.cell_id), []).append(event)
    states: dict[tuple[str | None, str | None], Turn] = {}
    for run in reversed(open_runs(events)):
        states[run.notebook_path, run.cell_id] = run.state
    return [
        _fold_cell(place, turns, [event for event in turns if event.event_id in counted], states.get(place))
        for place, turns in sorted(cells.items())
    ]


def counted_runs(events: Iterable[Event]) -> list[Event]:
    """Return the events that count as runs. Of several reports of one run, the first counts."""
    runs: list[Event] = []
    known: set[str] = set()
    for event in events:
        if event.is_run and event.run_id not in known:
            runs.append(event)
            known.update([event.run_id] if event.run_id else [])
    return runs


_OPEN = {Turn.QUEUED: CellStatus.QUEUED, Turn.STARTED: CellStatus.RUNNING, Turn.WAITING: CellStatus.WAITING}
_ENDED = {
    Outcome.OK: CellStatus.OK,
    Outcome.EXPECTED: CellStatus.OK,
    Outcome.ERROR: CellStatus.ERROR,
    Outcome.INTERRUPTED: CellStatus.INTERRUPTED,
}


def _fold_cell(place: tuple[str, str], turns: list[Event], runs: list[Event], state: Turn | None) -> CellProgress:
    failed = [event for event in runs if event.is_error]
    outcome = runs[-1].outcome if runs else None
    return CellProgress(
        notebook_path=place[0],
        cell_id=place[1],
        cell_index=next((event.cell_index for event in reversed(turns) if event.cell_index is not None), None),
        status=_OPEN[state] if state else _ENDED[outcome] if outcome else CellStatus.ABORTED,
        attempts=len(runs),
        errors=len(failed),
        last_error_name=error_name(failed[-1].error_message) if failed else None,
        last_run=runs[-1].event_time if runs else None,
    )


def _in_order(facts: Iterable[Fact]) -> list[Fact]:
    by_event_id = {fact.event.event_id: fact for fact in facts}
    return sorted(by_event_id.values(), key=lambda fact: fact.event.ordering)


def _newest_place(places: Iterable[tuple[str, Event]]) -> Event | None:
    newest = max(places, key=lambda place: place[0], default=None)
    return newest[1] if newest else None


def _trailing_errors(runs: list[Event]) -> int:
    """Count the failed runs since the last success; an interrupted run is neither."""
    streak = 0
    for run in reversed(runs):
        if run.is_error:
            streak += 1
        elif run.outcome is not Outcome.INTERRUPTED:
            break
    return streak
