"""Who needs help, why and when: the only place that decides it. Dashboards compare the instants with their clock.

A need counts from `starts` until `ends`. Both follow from stored fields, so nothing has to run when they pass, and the
server, a dashboard and a replay agree. Needs, the most urgent first:

- hand: the hand is up. It comes down with `help_until`, the end of the lease of a client that repeats its request.
- streak: three failed runs in a row, counting only errors since a teacher resolved the student's problem.
- running: a cell has been running for 30 seconds. A cell that waits for input does not run.
- behind: no event for eight minutes, at a cell before the middle one of the class, while the class goes on.

Resolving settles a hand that is up, the errors so far and, until the next event, the last two. A claim settles nothing:
it says who is on the way. A snooze keeps the needs; dashboards set the student aside until it ends. No need counts two
hours after the last event, and teachers have none.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Protocol

from pydantic import Field

from classpulse.core.moments import Moment
from classpulse.core.wire import WireModel
from classpulse.progress.attention import UNATTENDED, Attention

STREAK = 3
RUNS_LONG = timedelta(seconds=30)
BEHIND_AFTER = timedelta(minutes=8)
IDLE_AFTER = timedelta(minutes=5)
ABSENT_AFTER = timedelta(hours=2)


class NeedKind(StrEnum):
    """Why a student needs help; the most urgent first."""

    HAND = "hand"
    STREAK = "streak"
    RUNNING = "running"
    BEHIND = "behind"


class Need(WireModel):
    """A reason to help a student; it may lie in the future or in the past."""

    kind: NeedKind
    since: Annotated[Moment, Field(description="since when the student has been in this situation")]
    starts: Annotated[Moment, Field(description="from when it counts")]
    ends: Annotated[Moment, Field(description="when it stops counting unless an event changes it")]
    count: Annotated[int | None, Field(description="of a streak: the failed runs that no teacher has resolved")] = None


class _Student(Protocol):
    """The fields of StudentProgress that decide."""

    @property
    def last_event(self) -> datetime: ...
    @property
    def last_seen(self) -> datetime: ...
    @property
    def errors(self) -> int: ...
    @property
    def error_streak(self) -> int: ...
    @property
    def help_since(self) -> datetime | None: ...
    @property
    def help_until(self) -> datetime | None: ...
    @property
    def running_since(self) -> datetime | None: ...
    @property
    def is_behind(self) -> bool: ...
    @property
    def behind_until(self) -> datetime | None: ...
    @property
    def is_teacher(self) -> bool: ...
    @property
    def clock_offset(self) -> int | None: ...
    @property
    def attention(self) -> Attention | None: ...


def needs_of(student: _Student) -> list[Need]:
    """Return the student's needs, the most urgent first."""
    if student.is_teacher:
        return []
    found = [_hand(student), _streak(student)]
    if _has_news(student):
        found += [_running(student), _behind(student)]
    return [need for need in found if need is not None and need.starts < need.ends]


def unresolved_streak(student: _Student) -> int:
    """Return the failed runs in a row since the last success, without those that a teacher has resolved."""
    attention = student.attention or UNATTENDED
    if attention.resolved_at is None:
        return student.error_streak
    return max(0, min(student.error_streak, student.errors - attention.resolved_errors))


def runs_long_from(student: _Student) -> datetime | None:
    """Return when the running cell counts as running long, whether or not that was resolved; None if no cell runs."""
    return None if student.running_since is None else _known(student, student.running_since) + RUNS_LONG


def idle_from(student: _Student) -> datetime:
    """Return when the student counts as inactive unless an event arrives."""
    return student.last_seen + IDLE_AFTER


def absent_from(student: _Student) -> datetime:
    """Return when the student counts as absent unless an event arrives: no need is left then."""
    return student.last_seen + ABSENT_AFTER


def _hand(student: _Student) -> Need | None:
    if student.help_since is None:
        return None
    resolved = (student.attention or UNATTENDED).resolved_help
    # An event that arrives late may move the beginning of a settled hand back, but a new hand always begins later.
    if resolved is not None and student.help_since <= resolved:
        return None
    since = _known(student, student.help_since)
    ends = None if student.help_until is None else _corrected(student, student.help_until)
    return _need(student, NeedKind.HAND, since, starts=since, ends=ends)


def _streak(student: _Student) -> Need | None:
    count = unresolved_streak(student)
    if count < STREAK:
        return None
    since = _known(student, student.last_event)
    return _need(student, NeedKind.STREAK, since, starts=since, count=count)


def _running(student: _Student) -> Need | None:
    starts = runs_long_from(student)
    return _need(student, NeedKind.RUNNING, starts - RUNS_LONG, starts=starts) if starts else None


def _behind(student: _Student) -> Need | None:
    if not student.is_behind:
        return None
    since = student.last_seen
    return _need(student, NeedKind.BEHIND, since, starts=since + BEHIND_AFTER, ends=student.behind_until)


def _has_news(student: _Student) -> bool:
    """Return whether an event has arrived since a teacher resolved the student's problem."""
    resolved_at = (student.attention or UNATTENDED).resolved_at
    return resolved_at is None or student.last_seen > resolved_at


def _known(student: _Student, moment: datetime) -> datetime:
    """Return the server's time of an event, no later than its arrival: a client's clock may be fast."""
    return min(_corrected(student, moment), student.last_seen)


def _corrected(student: _Student, moment: datetime) -> datetime:
    """Return a time of the student's clock by the server's clock, if the clock is known to be slow."""
    return moment + timedelta(seconds=max(0, student.clock_offset or 0))


def _need(
    student: _Student,
    kind: NeedKind,
    since: datetime,
    *,
    starts: datetime,
    ends: datetime | None = None,
    count: int | None = None,
) -> Need:
    absent = absent_from(student)
    return Need(kind=kind, since=since, starts=starts, ends=min(ends or absent, absent), count=count)
