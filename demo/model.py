"""What each student does and when, in seconds of class time. Pure: the same seed gives the same actions."""

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, cycle
from typing import Any

from demo.kernel import error_message, interruption, traceback
from demo.lesson import LESSON, NOTEBOOKS, Cell, Mistake
from demo.students import Student, enrol

BREAK_SECONDS = 60.0
LONGEST_STREAK = 8
# Event types of a newer client, which this server does not know but stores.
UNKNOWN_TYPES = ("cell_copied", "solution_viewed")

Fields = dict[str, Any]
# Seconds since the step before, and the fields of the event.
Steps = Iterator[tuple[float, Fields]]


@dataclass(frozen=True, order=True)
class Action:
    """An action of a student at the second `at`; `number` counts the student's actions from 1."""

    at: float
    student: int
    number: int
    fields: Fields


def simulate(students: int, seed: int) -> Iterator[Action]:
    """Yield the actions of the class, sorted by time, lesson after lesson, without end."""
    yield from heapq.merge(*(_lessons(student, seed) for student in enrol(students, seed)))


def _lessons(student: Student, seed: int) -> Iterator[Action]:
    dice = random.Random(f"{seed}/lessons/{student.number}")  # noqa: S311
    base = {"userId": student.user_id, "userName": student.name, "teamName": student.team}
    numbers = count(1)
    at = 0.0
    for path in cycle(NOTEBOOKS):
        for seconds, fields in _Lesson(student, dice, path).steps():
            at += seconds
            yield Action(at, student.number, next(numbers), base | fields)
        at += BREAK_SECONDS


class _Lesson:
    """One student at work in one notebook."""

    def __init__(self, student: Student, dice: random.Random, path: str) -> None:
        self._student = student
        self._dice = dice
        self._path = path
        self._execution_counts = count(1)

    def steps(self) -> Steps:
        """Yield the student's steps, from opening the notebook to closing it."""
        dice = self._dice
        # Most students come at the start, a few are late.
        late = dice.random() < 0.1
        yield dice.uniform(20, 150) if late else dice.expovariate(1 / 3), self._notebook("notebook_opened")
        for index, cell in enumerate(LESSON):
            if dice.random() < 0.04:
                # The student takes a break, or works in another window.
                yield dice.uniform(90, 400), self._notebook("notebook_saved")
            yield from self._work_on(cell, index)
            if index % 3 == 2:
                yield dice.uniform(1, 4), self._notebook("notebook_saved")
            if dice.random() < 0.03:
                unknown = {"eventType": dice.choice(UNKNOWN_TYPES), "metadata": {"characters": len(cell.code)}}
                yield 0.5, self._at(cell, index) | unknown
        yield dice.uniform(3, 20), self._notebook("notebook_closed")

    def _work_on(self, cell: Cell, index: int) -> Steps:
        dice, pace = self._dice, self._student.pace
        think = cell.effort * pace * dice.uniform(0.5, 1.5)
        if cell.endless and dice.random() < 0.06:
            yield from self._run(cell, index, think, interruption(cell.endless), dice.uniform(45, 110))
            think = dice.uniform(8, 20)
        failures, hand_up = 0, False
        mistake = None
        while failures < LONGEST_STREAK and dice.random() < self._chance_to_fail(cell, failures):
            # A student often repeats the same mistake.
            mistake = mistake if mistake and dice.random() < 0.5 else dice.choice(cell.mistakes)
            yield from self._run(cell, index, think, mistake, dice.uniform(0.1, 0.6))
            failures += 1
            if not hand_up and dice.random() < (0.6 if failures >= 3 else 0.03):
                hand_up = True
                yield dice.uniform(3, 15), self._at(cell, index) | {"eventType": "help"}
            think = dice.uniform(6, 25) * pace
        yield from self._run(cell, index, think, None, min(5.0, dice.expovariate(1 / 0.3)))
        if hand_up:
            yield dice.uniform(5, 60), self._at(cell, index) | {"eventType": "help_stop"}

    def _chance_to_fail(self, cell: Cell, failures: int) -> float:
        if not cell.mistakes:
            return 0.0
        return cell.difficulty * (1.1 - self._student.skill) * 1.6 * 0.8**failures

    def _run(self, cell: Cell, index: int, think: float, mistake: Mistake | None, seconds: float) -> Steps:
        place = self._at(cell, index) | {"code": mistake.code if mistake else cell.code}
        yield think, place | {"eventType": "cell_started"}
        ended: Fields = {"eventType": "cell_executed", "hasError": mistake is not None, "result": cell.result}
        if not cell.markdown:
            number = next(self._execution_counts)
            ended |= {"executionCount": number, "executionDurationMs": round(seconds * 1000, 1)}
            if mistake:
                ended |= {"errorMessage": error_message(mistake), "result": traceback(mistake, number)}
        yield seconds, place | ended

    def _notebook(self, event_type: str) -> Fields:
        return {"eventType": event_type, "notebookPath": self._path}

    def _at(self, cell: Cell, index: int) -> Fields:
        cell_type = "markdown" if cell.markdown else "code"
        return {"notebookPath": self._path, "cellId": cell.cell_id, "cellIndex": index, "cellType": cell_type}
