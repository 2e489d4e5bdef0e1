"""One student at work in one notebook: what is done, and after how many seconds."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from demo.desk import Desk
from demo.dialects import Reports
from demo.kernel import interruption
from demo.lesson import LESSON, Cell, Mistake
from demo.students import Student

LONGEST_STREAK = 8
# Event types of a newer client, which this server does not know but stores.
UNKNOWN_TYPES = ("cell_copied", "solution_viewed")
FIRST_CODE_CELL = 1
# Between the requests of Run All.
AT_ONCE = 0.001

# Seconds since the step before, and what the student does then.
Steps = Iterator[tuple[float, Callable[[], Reports]]]
# A cell's number, and the mistake in it.
Planned = tuple[int, Mistake | None]


class Sitting:
    """A student in a notebook, from opening it to closing it."""

    def __init__(self, student: Student, dice: random.Random, desk: Desk, path: str) -> None:
        self._student = student
        self._dice = dice
        self._desk = desk
        self._path = path

    def steps(self) -> Steps:
        """Yield what the student does."""
        dice, desk = self._dice, self._desk
        # Most students come at the start, a few are late.
        late = dice.random() < 0.1
        desk.take(self._path)
        yield dice.uniform(20, 150) if late else dice.expovariate(1 / 3), desk.open
        for index, cell in enumerate(LESSON):
            if dice.random() < 0.04:
                # The student takes a break, or works in another window.
                yield dice.uniform(90, 400), desk.save
            if dice.random() < (0.03 if self._student.setup.stable_ids else 0.08):
                yield dice.uniform(1, 5), desk.open
            yield from self._work_on(cell, index)
            if index % 3 == 2:
                yield dice.uniform(1, 4), desk.save
            if dice.random() < 0.03:
                yield 0.5, partial(desk.copy, index, dice.choice(UNKNOWN_TYPES))
            yield from self._perhaps_rename()
        yield dice.uniform(3, 20), desk.close

    def _work_on(self, cell: Cell, index: int) -> Steps:
        dice, desk = self._dice, self._desk
        think = cell.effort * self._student.pace * dice.uniform(0.5, 1.5)
        if desk.is_modern and dice.random() < 0.6:
            yield dice.uniform(0.3, 2), partial(desk.select, index)
        if cell.markdown:
            yield think, partial(desk.render, index)
            return
        if dice.random() < 0.03:
            yield dice.uniform(1, 3), partial(desk.run_empty, index)
        if cell.endless and dice.random() < 0.06:
            yield from self._get_stuck(cell, index, think)
            think = dice.uniform(8, 20)
        yield from self._try(cell, index, think)

    def _try(self, cell: Cell, index: int, think: float) -> Steps:
        dice, pace = self._dice, self._student.pace
        failures, hand_up = 0, False
        mistake = None
        while failures < LONGEST_STREAK and dice.random() < self._chance_to_fail(cell, failures):
            # A student often repeats the same mistake.
            mistake = mistake if mistake and dice.random() < 0.5 else dice.choice(cell.mistakes)
            yield from self._fail(index, think, mistake)
            failures += 1
            if not hand_up and dice.random() < (0.6 if failures >= 3 else 0.03):
                hand_up = True
                yield dice.uniform(3, 15), self._desk.raise_hand
                if dice.random() < 0.25:
                    yield from self._leave_with_the_hand_up()
                    hand_up = self._desk.state.hand_since is not None
            think = dice.uniform(6, 25) * pace
        yield from self._succeed(cell, index, think)
        if hand_up:
            yield dice.uniform(5, 60), self._desk.lower_hand

    def _fail(self, index: int, think: float, mistake: Mistake) -> Steps:
        if index <= FIRST_CODE_CELL or self._dice.random() > 0.06:
            yield from self._run([(index, mistake)], think)
            return
        after = min(len(LESSON), index + self._dice.randint(2, 4))
        below = _as_written(range(index + 1, after))
        yield from self._run([*_above(index), (index, mistake), *below], think)
        # The student clicks the cell that failed.
        yield self._dice.uniform(0.2, 0.6), partial(self._desk.select, index)

    def _succeed(self, cell: Cell, index: int, think: float) -> Steps:
        if cell.slow and index + 1 < len(LESSON) and self._dice.random() < 0.4:
            # The student does not wait for a slow cell and runs the next one: it is queued.
            yield from self._run(_as_written([index, index + 1]), think, self._pause())
            return
        yield from self._run([(index, cell.on_purpose)], think)

    def _get_stuck(self, cell: Cell, index: int, think: float) -> Steps:
        """Run an endless version, and stop it in one of the ways that there are."""
        dice, desk = self._dice, self._desk
        yield think, partial(desk.ask, desk.execution(index, cell.endless))
        if dice.random() < 0.4:
            yield 2.0, partial(desk.ask, desk.execution(index + 1, LESSON[index + 1].code))
        seconds, way = dice.uniform(45, 110), dice.random()
        if not desk.is_modern:
            # Older clients report neither restarts nor the death of a kernel.
            if way < 0.7 or not desk.tells_of_starts:
                yield seconds, partial(desk.end, cell, interruption(cell.endless))
                return
            yield seconds, desk.close
            yield dice.uniform(5, 20), desk.open
        elif way < 0.5:
            yield seconds, partial(desk.end, cell, interruption(cell.endless))
            yield 0.5, partial(desk.select, index)
            return
        else:
            event_type, reason = ("kernel_restarted", "restart") if way < 0.8 else ("kernel_died", "kernel_death")
            names_cells = dice.random() < 0.5
            yield seconds, partial(desk.restart, event_type, reason, names_cells=names_cells)
            yield 0.5, partial(desk.select, index)
        # The variables are lost.
        yield from self._run(_above(index), dice.uniform(2, 8))

    def _run(self, planned: Sequence[Planned], think: float, pause: float = AT_ONCE) -> Steps:
        """Ask for the cells, one right after the other, and let them run until one fails."""
        desk = self._desk
        for position, (number, mistake) in enumerate(planned):
            code = mistake.code if mistake else LESSON[number].code
            yield (pause if position else think), partial(desk.ask, desk.execution(number, code))
        for number, mistake in planned:
            cell = LESSON[number]
            if cell.asks:
                yield 0.1, desk.wait_for_input
                yield self._dice.uniform(4, 40), desk.answer
            yield self._seconds_of(cell, mistake), partial(desk.end, cell, mistake)
            if mistake and mistake is not cell.on_purpose:
                return

    def _seconds_of(self, cell: Cell, mistake: Mistake | None) -> float:
        dice = self._dice
        if cell.slow:
            return cell.slow + dice.uniform(0, cell.slow)
        return dice.uniform(0.1, 0.6) if mistake else min(5.0, 0.02 + dice.expovariate(1 / 0.3))

    def _pause(self) -> float:
        return self._dice.uniform(0.5, 3)

    def _leave_with_the_hand_up(self) -> Steps:
        """Close the tab while the hand is up, and come back later."""
        dice = self._dice
        # A client needs three repeats to be recognised as one that repeats.
        yield dice.uniform(25, 60), self._desk.vanish
        yield dice.uniform(40, 120), self._desk.open

    def _perhaps_rename(self) -> Steps:
        if self._desk.is_modern and not self._desk.is_renamed and self._dice.random() < 0.01:
            yield self._dice.uniform(2, 6), self._desk.rename

    def _chance_to_fail(self, cell: Cell, failures: int) -> float:
        if not cell.mistakes:
            return 0.0
        return cell.difficulty * (1.1 - self._student.skill) * 1.6 * 0.8**failures


def _as_written(numbers: Iterable[int]) -> list[Planned]:
    """Return cells without mistakes; the error of a cell that announces one is no mistake."""
    return [(number, LESSON[number].on_purpose) for number in numbers]


def _above(index: int) -> list[Planned]:
    """Return the code cells above, without those that wait for an answer."""
    return _as_written(number for number in range(FIRST_CODE_CELL, index) if not LESSON[number].asks)
