"""A student's open notebook and its kernel: what is done there changes the truth, and is reported by the client.

Each method happens at the instant `now`, changes the state, and returns what the client reports, if it does.
"""

import random
from collections.abc import Iterator
from itertools import count
from uuid import UUID

from demo.dialects import REPORTERS, Execution, Fields, Reports
from demo.kernel import error_message, traceback
from demo.lesson import LESSON, Cell, Mistake
from demo.state import CellKey, State, Status
from demo.students import Dialect, Student

# Of a client that repeats `help`: its period, and after how many missed periods the hand is down.
REPEAT_SECONDS = 10.0
LEASE_PERIODS = 3


class Desk:
    """A student's notebook. now: the second of class time."""

    def __init__(self, student: Student, dice: random.Random) -> None:
        self.state = State()
        self.now = 0.0
        self._student = student
        self._dice = dice
        self._reporter = REPORTERS[student.setup.dialect]
        self._messages = count(1)
        self._execution_counts = count(1)
        self._book = self._path = self._opened = ""
        self._renamed: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._line: list[Execution] = []
        self._began = 0.0
        # Whether more than one cell was asked for since the kernel was idle.
        self._several = False
        self._repeat_at: float | None = None
        self._lease_end: float | None = None

    @property
    def is_modern(self) -> bool:
        """Whether the client reports what the kernel does."""
        return self._student.setup.dialect == Dialect.MODERN

    @property
    def tells_of_starts(self) -> bool:
        """Whether the client reports that a cell runs."""
        return Status.RUNNING not in self._reporter.untold

    def take(self, path: str) -> None:
        """Turn to another notebook; a new kernel starts with it."""
        self._book, self._path = path, self._renamed.get(path, self._student.setup.prefix + path)
        self._execution_counts = count(1)

    def open(self) -> Reports:
        """Open the notebook, or load it again: the student stays at the cell; without stable ids it gets a new one."""
        if self._book != self._opened:
            self.state.place = (self._book, None)
        elif not self._student.setup.stable_ids:
            self.state.place = None
        self._opened = self._book
        self._ids = {cell.cell_id: self._id_of(cell) for cell in LESSON}
        return [self._notebook("notebook_opened")]

    def save(self) -> Reports:
        """Save the notebook."""
        return [self._notebook("notebook_saved")]

    def close(self) -> Reports:
        """Close the notebook; its kernel ends."""
        for run in self._line:
            self.state.abort(self._key(run))
        self._forget_line()
        self._execution_counts = count(1)
        return [self._notebook("notebook_closed")]

    @property
    def is_renamed(self) -> bool:
        """Whether the notebook has got another path."""
        return self._book in self._renamed

    def rename(self) -> Reports:
        """Give the notebook another path; it stays the same notebook."""
        old = self._path
        self._path = self._renamed[self._book] = renamed(self._student, self._book)
        return self._reporter.told(self._notebook("notebook_renamed") | {"oldPath": old})

    def select(self, index: int) -> Reports:
        """Click a cell."""
        told = self._reporter.told(self.place(index) | {"eventType": "cell_selected"})
        if told:
            self.state.place = (self._book, self._ids[LESSON[index].cell_id])
        return told

    def copy(self, index: int, event_type: str) -> Reports:
        """Do something at a cell of which the server does not know the name."""
        self.state.place = (self._book, self._ids[LESSON[index].cell_id])
        return [self.place(index) | {"eventType": event_type, "metadata": {"characters": len(LESSON[index].code)}}]

    def execution(self, index: int, code: str) -> Execution:
        """Return a run of the cell that the student is about to ask for."""
        return Execution(next(self._messages), self.place(index) | {"code": code})

    def render(self, index: int) -> Reports:
        """Run a Markdown cell, which is no run."""
        self._lose_place(index)
        return [self.place(index) | {"code": LESSON[index].code, "eventType": "cell_executed", "hasError": False}]

    def run_empty(self, index: int) -> Reports:
        """Run a cell before there is code in it, which is no run."""
        self._lose_place(index)
        return self._reporter.empty(self.place(index) | {"code": ""})

    def ask(self, run: Execution) -> Reports:
        """Press Shift-Enter: an idle kernel starts with the cell, a busy one queues it."""
        self._line.append(run)
        told = self._reporter.asked(run, waits=len(self._line) > 1)
        if len(self._line) == 1:
            return told + self._start()
        self._several = True
        self.state.begin(self._key(run), Status.QUEUED)
        self.state.place = None
        return told

    def wait_for_input(self) -> Reports:
        """Let the running cell wait for input()."""
        self.state.begin(self._key(self._line[0]), Status.WAITING)
        return self._reporter.asks(self._line[0])

    def answer(self) -> Reports:
        """Answer the running cell, which goes on."""
        self.state.begin(self._key(self._line[0]), Status.RUNNING)
        return self._reporter.started(self._line[0])

    def end(self, cell: Cell, mistake: Mistake | None) -> Reports:
        """End the running cell. A failure aborts those that are queued; otherwise the next one starts."""
        run = self._line.pop(0)
        failed = mistake is not None
        outcome = _outcome(cell, mistake)
        expected = failed and mistake is cell.on_purpose
        self.state.end(self._key(run), outcome, neutral=outcome == Status.INTERRUPTED)
        self.state.place = self._place_after(run)
        reports = self._reporter.ended(run, self._result(cell, mistake))
        if failed and not expected:
            return reports + self._abort("interrupt" if outcome == Status.INTERRUPTED else "earlier_error")
        if self._line:
            return reports + self._start()
        self._several = False
        return reports

    def restart(self, event_type: str, reason: str, *, names_cells: bool) -> Reports:
        """Restart the kernel, or let it die: nothing runs any more. Not every client names the cells that it ends."""
        self._execution_counts = count(1)
        return [self._notebook(event_type), *(self._abort(reason) if names_cells else self._drop())]

    def raise_hand(self) -> Reports:
        """Raise the hand."""
        self.state.hand_since = self.now
        if self._student.setup.dialect == Dialect.CELL_MONITOR:
            self._repeat_at = self.now + REPEAT_SECONDS
        return [self._help("help")]

    def lower_hand(self) -> Reports:
        """Lower the hand."""
        self.state.hand_since = self._repeat_at = None
        return [self._help("help_stop")]

    def vanish(self) -> Reports:
        """Close the tab without a word: a client that repeated `help` falls silent."""
        if self._repeat_at is not None:
            self._lease_end = self._repeat_at - REPEAT_SECONDS + LEASE_PERIODS * REPEAT_SECONDS
            self._repeat_at = None
        return []

    def due_by(self, instant: float) -> Iterator[tuple[float, Reports]]:
        """Yield what happens by itself until the instant: repeats of `help`, and the end of a lease."""
        while self._repeat_at is not None and self._repeat_at <= instant:
            at, self._repeat_at = self._repeat_at, self._repeat_at + REPEAT_SECONDS
            yield at, [self._help("help")]
        if self._lease_end is not None and self._lease_end <= instant:
            at, self._lease_end, self.state.hand_since = self._lease_end, None, None
            yield at, []

    def place(self, index: int) -> Fields:
        """Return the fields that say where a cell is."""
        cell = LESSON[index]
        cell_type = "markdown" if cell.markdown else "code"
        found = {"notebookPath": self._path, "cellId": self._ids[cell.cell_id], "cellIndex": index}
        return found | {"cellType": cell_type}

    def _start(self) -> Reports:
        run = self._line[0]
        self._began = self.now
        self.state.begin(self._key(run), Status.RUNNING)
        # While cells are queued, the student's place is a matter of taste: the last one, or the one that runs.
        alone = len(self._line) == 1 and (self.is_modern or not self._several)
        self.state.place = self._key(run) if alone else None
        return self._reporter.started(run)

    def _result(self, cell: Cell, mistake: Mistake | None) -> Fields:
        number = next(self._execution_counts)
        milliseconds = round((self.now - self._began) * 1000, 1)
        fields: Fields = {"executionCount": number, "executionDurationMs": milliseconds, "hasError": False}
        if cell.on_purpose:
            fields["metadata"] = {"tags": ["raises-exception"]}
        if mistake is None:
            return fields | {"result": cell.result}
        failed = {"errorMessage": error_message(mistake), "result": traceback(mistake, number)}
        return fields | {"hasError": True} | failed

    def _abort(self, reason: str) -> Reports:
        line = list(self._line)
        self._drop()
        return [report for run in line for report in self._reporter.aborted(run, reason)]

    def _drop(self) -> Reports:
        for run in self._line:
            self.state.abort(self._key(run))
        if self._several and self._student.setup.dialect != Dialect.CELL_MONITOR:
            self.state.place = None
        self._forget_line()
        return []

    def _forget_line(self) -> None:
        self._line = []
        self._several = False

    def _place_after(self, run: Execution) -> CellKey | None:
        if self._student.setup.dialect == Dialect.CELL_MONITOR:
            return self._key(run)
        return None if self._line or (self._several and not self.is_modern) else self._key(run)

    def _lose_place(self, index: int) -> None:
        """Without a run only a client that reports clicks says where the student is."""
        place = (self._book, self._ids[LESSON[index].cell_id])
        self.state.place = place if self.state.place == place else None

    def _key(self, run: Execution) -> CellKey:
        return self._book, run.place["cellId"]

    def _id_of(self, cell: Cell) -> str:
        return cell.cell_id if self._student.setup.stable_ids else str(UUID(int=self._dice.getrandbits(128)))

    def _notebook(self, event_type: str) -> Fields:
        return {"eventType": event_type, "notebookPath": self._path}

    def _help(self, event_type: str) -> Fields:
        return {"eventType": event_type, "notebookPath": self._path}


def renamed(student: Student, book: str) -> str:
    """Return the path that the student gives a notebook."""
    return f"{book.removesuffix('.ipynb')}-{student.number + 1}.ipynb"


def _outcome(cell: Cell, mistake: Mistake | None) -> Status:
    if mistake is None or mistake is cell.on_purpose:
        return Status.OK
    return Status.INTERRUPTED if mistake.error == "KeyboardInterrupt" else Status.ERROR
