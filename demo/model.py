"""What each student does and when, in seconds of class time. Pure: the same seed gives the same actions."""

import heapq
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count, cycle

from demo.desk import Desk
from demo.dialects import Fields, Reports
from demo.lesson import NOTEBOOKS
from demo.sitting import Sitting
from demo.state import Snapshot
from demo.students import Dialect, Student, enrol

BREAK_SECONDS = 60.0
# After so many seconds a second tab reports a run again.
SECOND_TAB_SECONDS = 0.03
FIRST_TAB, SECOND_TAB = 1, 2


@dataclass(frozen=True, order=True)
class Action:
    """An action of a student at the second `at`; `number` counts the student's actions from 1."""

    at: float
    student: int
    number: int
    fields: Fields
    tab: int = FIRST_TAB


@dataclass(frozen=True)
class Moment:
    """An instant of a student's lesson: what the client reports, if it does, and what is true from then on."""

    at: float
    reports: Reports
    truth: Snapshot


def simulate(students: int, seed: int) -> Iterator[Action]:
    """Yield the actions of the class, sorted by time, lesson after lesson, without end."""
    yield from heapq.merge(*(_actions(student, seed) for student in enrol(students, seed)))


def moments(student: Student, seed: int) -> Iterator[Moment]:
    """Yield the instants at which something happens to a student, lesson after lesson, without end."""
    dice = random.Random(f"{seed}/lessons/{student.number}")  # noqa: S311
    desk = Desk(student, dice)
    at = 0.0
    for path in cycle(NOTEBOOKS):
        for seconds, act in Sitting(student, dice, desk, path).steps():
            at += seconds
            for due, reports in desk.due_by(at):
                yield Moment(due, reports, desk.state.snapshot())
            desk.now = at
            reports = act()
            yield Moment(at, reports, desk.state.snapshot())
        at += BREAK_SECONDS


def _actions(student: Student, seed: int) -> Iterator[Action]:
    numbers = count(1)
    name = "emailAddress" if student.setup.dialect == Dialect.CELL_MONITOR else "userId"
    base = {name: student.user_id, "userName": student.name, "teamName": student.team}
    for at, fields, tab in _told(moments(student, seed), second_tab=student.setup.second_tab):
        yield Action(at, student.number, next(numbers), base | fields, tab)


def _told(found: Iterable[Moment], *, second_tab: bool) -> Iterator[tuple[float, Fields, int]]:
    """Yield the reports of all tabs, sorted by time."""
    echoes: list[tuple[float, Fields]] = []
    for moment in found:
        while echoes and echoes[0][0] <= moment.at:
            yield *echoes.pop(0), SECOND_TAB
        for fields in moment.reports:
            yield moment.at, fields, FIRST_TAB
            if second_tab and "runId" in fields:
                echoes.append((moment.at + SECOND_TAB_SECONDS, fields))
