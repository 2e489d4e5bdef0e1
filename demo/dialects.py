"""What each kind of client reports of what happens in a notebook: the fields of its events."""

from dataclasses import dataclass
from typing import Any, Protocol

from demo.state import Status
from demo.students import Dialect

Fields = dict[str, Any]
Reports = list[Fields]


@dataclass(frozen=True)
class Execution:
    """One run of a cell. number: of Jupyter's message; place: notebook, cell and code, as events name them."""

    number: int
    place: Fields

    @property
    def named(self) -> Fields:
        """The fields of a client that knows Jupyter's message id."""
        return self.place | {"runId": str(self.number)}


class Reporter(Protocol):
    """A client. untold: the states that it does not report."""

    untold: frozenset[Status]

    def asked(self, run: Execution, *, waits: bool) -> Reports:
        """The student runs the cell; it waits if the kernel is busy."""

    def started(self, run: Execution) -> Reports:
        """The kernel starts with it, or goes on after input()."""

    def asks(self, run: Execution) -> Reports:
        """The cell waits for input()."""

    def ended(self, run: Execution, fields: Fields) -> Reports:
        """The cell has ended."""

    def aborted(self, run: Execution, reason: str) -> Reports:
        """The cell does not run, or its kernel was stopped."""

    def empty(self, place: Fields) -> Reports:
        """The student ran a cell without code."""

    def told(self, fields: Fields) -> Reports:
        """Something that only newer clients report."""


class Modern:
    """The contract as it is now."""

    untold: frozenset[Status] = frozenset()

    def asked(self, run: Execution, *, waits: bool) -> Reports:
        """See Reporter."""
        return [run.named | {"eventType": "cell_queued"}] if waits else []

    def started(self, run: Execution) -> Reports:
        """See Reporter."""
        return [run.named | {"eventType": "cell_started"}]

    def asks(self, run: Execution) -> Reports:
        """See Reporter."""
        return [run.named | {"eventType": "cell_waiting"}]

    def ended(self, run: Execution, fields: Fields) -> Reports:
        """See Reporter."""
        return [run.named | {"eventType": "cell_executed"} | fields]

    def aborted(self, run: Execution, reason: str) -> Reports:
        """See Reporter."""
        return [run.named | {"eventType": "cell_aborted", "reason": reason}]

    def empty(self, place: Fields) -> Reports:
        """See Reporter."""
        return [place | {"eventType": "cell_executed", "hasError": False}]

    def told(self, fields: Fields) -> Reports:
        """See Reporter."""
        return [fields]


class Older:
    """The first contract: without run ids; a cell starts when it is queued, and an aborted one fails namelessly."""

    untold: frozenset[Status] = frozenset({Status.WAITING})

    def asked(self, run: Execution, *, waits: bool) -> Reports:
        """See Reporter."""
        del waits
        return [run.place | {"eventType": "cell_started"}]

    def started(self, run: Execution) -> Reports:
        """See Reporter."""
        del run
        return []

    def asks(self, run: Execution) -> Reports:
        """See Reporter."""
        del run
        return []

    def ended(self, run: Execution, fields: Fields) -> Reports:
        """See Reporter."""
        return [run.place | {"eventType": "cell_executed"} | fields]

    def aborted(self, run: Execution, reason: str) -> Reports:
        """See Reporter."""
        del reason
        failed = {"hasError": True, "errorMessage": "KernelReplyNotOK: undefined undefined", "executionCount": None}
        return [run.place | {"eventType": "cell_executed"} | failed]

    def empty(self, place: Fields) -> Reports:
        """See Reporter."""
        return [place | {"eventType": "cell_started"}, place | {"eventType": "cell_executed", "hasError": False}]

    def told(self, fields: Fields) -> Reports:
        """See Reporter."""
        del fields
        return []


class CellMonitor(Older):
    """Ends only: its duration is the handler's own, and an aborted cell succeeded without an execution count."""

    untold = frozenset({Status.QUEUED, Status.RUNNING, Status.WAITING})

    def asked(self, run: Execution, *, waits: bool) -> Reports:
        """See Reporter."""
        del run, waits
        return []

    def ended(self, run: Execution, fields: Fields) -> Reports:
        """See Reporter."""
        duration = {"executionDurationMs": 1 + run.number % 3} if "executionDurationMs" in fields else {}
        return super().ended(run, fields | duration)

    def aborted(self, run: Execution, reason: str) -> Reports:
        """See Reporter."""
        del reason
        return [run.place | {"eventType": "cell_executed", "hasError": False, "executionDurationMs": 1}]

    def empty(self, place: Fields) -> Reports:
        """See Reporter."""
        return [place | {"eventType": "cell_executed", "hasError": False, "executionDurationMs": 1}]


REPORTERS: dict[Dialect, Reporter] = {
    Dialect.MODERN: Modern(),
    Dialect.OLDER: Older(),
    Dialect.CELL_MONITOR: CellMonitor(),
}
