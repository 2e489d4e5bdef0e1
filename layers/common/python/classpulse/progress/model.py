"""Progress: the fold of a student's facts, and the rules that make it independent of arrival order.

Totals count each event id once. "Latest" fields follow `Event.ordering` (event time, then event id), so that late,
repeated and reordered deliveries all lead to the same progress.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, TypeAdapter

from classpulse.core.moments import Moment
from classpulse.core.wire import WireModel
from classpulse.ingest.batches import Fact
from classpulse.ingest.error_names import error_name
from classpulse.ingest.events import Event, EventType
from classpulse.progress.attention import Attention


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
    is_teacher: Annotated[bool, Field(description="a teacher of the class, who does not count as a student")] = False
    sessions: Annotated[int, Field(description="the most sessions that were active at the same time today")] = 1
    clock_offset: Annotated[
        int | None, Field(description="seconds by which the student's clock is recognised as slow; negative: fast")
    ] = None
    attention: Annotated[Attention | None, Field(description="set by teachers; not part of the fold")] = None


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
    by_event_id = {fact.event.event_id: fact for fact in facts}
    ordered = sorted(by_event_id.values(), key=lambda fact: fact.event.ordering)
    events = [fact.event for fact in ordered]
    runs = [event for event in events if event.is_run]
    failed = [event for event in runs if event.is_error]
    starts_and_ends = [event for event in events if event.is_run or event.is_start]
    notebook = next((event.notebook_path for event in reversed(events) if event.notebook_path), None)
    current = _current_cell(events, notebook)
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
        help_since=_help_since(events),
        running_since=starts_and_ends[-1].event_time if starts_and_ends and starts_and_ends[-1].is_start else None,
        notebook_path=notebook,
        cell_id=current.cell_id if current else None,
        cell_index=current.cell_index if current else None,
    )


def fold_cells(facts: Iterable[Fact]) -> list[CellProgress]:
    """Fold all facts of one student of one class into one row per cell that was started or run."""
    by_event_id = {fact.event.event_id: fact.event for fact in facts}
    cells: dict[tuple[str, str], list[Event]] = {}
    for event in sorted(by_event_id.values(), key=lambda event: event.ordering):
        if event.notebook_path and event.cell_id and (event.is_run or event.is_start):
            cells.setdefault((event.notebook_path, event.cell_id), []).append(event)
    return [_fold_cell(path, cell_id, starts_and_ends) for (path, cell_id), starts_and_ends in sorted(cells.items())]


def _fold_cell(path: str, cell_id: str, starts_and_ends: list[Event]) -> CellProgress:
    runs = [event for event in starts_and_ends if event.is_run]
    failed = [event for event in runs if event.is_error]
    last = starts_and_ends[-1]
    ended = CellStatus.ERROR if last.is_error else CellStatus.OK
    return CellProgress(
        notebook_path=path,
        cell_id=cell_id,
        cell_index=next(
            (event.cell_index for event in reversed(starts_and_ends) if event.cell_index is not None), None
        ),
        status=CellStatus.RUNNING if last.is_start else ended,
        attempts=len(runs),
        errors=len(failed),
        last_error_name=error_name(failed[-1].error_message) if failed else None,
        last_run=runs[-1].event_time if runs else None,
    )


def _trailing_errors(runs: list[Event]) -> int:
    streak = 0
    for run in reversed(runs):
        if not run.is_error:
            break
        streak += 1
    return streak


def _help_since(events: list[Event]) -> datetime | None:
    since = None
    for event in events:
        if event.event_type == EventType.HELP:
            since = since or event.event_time
        elif event.event_type == EventType.HELP_STOP:
            since = None
    return since


def _current_cell(events: list[Event], notebook: str | None) -> Event | None:
    placed = (event for event in reversed(events) if event.notebook_path and event.cell_id)
    newest = next(placed, None)
    # If the student has opened another notebook since, no cell of it is current yet.
    return newest if newest and newest.notebook_path == notebook else None
