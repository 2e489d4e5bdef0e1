"""Which runs are open: starts and ends that race, queues, restarts, waits, and reports that come twice."""

from datetime import timedelta
from typing import Any

import pytest
from classpulse.progress.model import CellStatus, fold_cells, fold_student
from classpulse.progress.runs import OpenRun, Turn, current_run, open_runs

from tests.builders import ERROR, NOW, Fields, make_event, make_fact

A, B = "a.ipynb", "b.ipynb"


def turn(event_type: str, at: float, cell: str | None = "c1", notebook: str = A, **fields: Any) -> Fields:
    """Return the fields of an event at this second."""
    index = int(cell[1:]) if cell else None
    time = (NOW + timedelta(seconds=at)).isoformat()
    place = {"notebookPath": notebook, "cellId": cell, "cellIndex": index}
    return {"eventType": event_type, "eventTime": time, **place, **fields}


def queued(at: float, cell: str = "c1", **fields: Any) -> Fields:
    return turn("cell_queued", at, cell, **fields)


def started(at: float, cell: str = "c1", **fields: Any) -> Fields:
    return turn("cell_started", at, cell, **fields)


def ended(at: float, cell: str = "c1", **fields: Any) -> Fields:
    return turn("cell_executed", at, cell, **fields)


def running(*events: Fields) -> OpenRun | None:
    return current_run([make_event(**event) for event in events])


def statuses(*events: Fields) -> dict[str, str]:
    return {cell.cell_id: cell.status.value for cell in fold_cells([make_fact(**event) for event in events])}


def second(at: float) -> object:
    return NOW + timedelta(seconds=at)


@pytest.mark.parametrize("early", [0, 0.001, 0.02, 0.25])
def test_an_end_that_is_a_little_before_its_start_ends_the_run(early: float) -> None:
    """A browser takes the two times in handlers that race."""
    assert running(started(10), ended(10 - early)) is None
    assert statuses(started(10), ended(10 - early)) == {"c1": "ok"}


def test_a_cell_that_is_run_again_soon_after_its_end_runs() -> None:
    again = running(started(0), ended(1), started(1.5))
    assert again == OpenRun(A, "c1", Turn.STARTED, NOW + timedelta(seconds=1.5))


def test_run_ids_pair_starts_and_ends_whatever_their_times_say() -> None:
    assert running(started(10, runId="r1"), ended(5, runId="r1")) is None
    again = running(started(0, runId="r1"), ended(1, runId="r1"), started(1.1, runId="r2"))
    assert again is not None
    assert again.since == second(1.1)
    # The end of one run does not end another of the same cell.
    assert running(started(0, runId="r1"), started(1, runId="r2"), ended(2, runId="r1")) == OpenRun(
        A, "c1", Turn.STARTED, NOW + timedelta(seconds=2)
    )


def test_two_reports_of_a_run_are_one_run() -> None:
    twice = [ended(1, runId="r1", **ERROR), ended(1.01, runId="r1", **ERROR)]
    student = fold_student([make_fact(**event) for event in twice], 1)
    assert (student.events, student.runs, student.errors, student.error_streak) == (2, 1, 1, 1)
    (cell,) = fold_cells([make_fact(**event) for event in twice])
    assert (cell.attempts, cell.errors) == (1, 1)
    others = fold_student([make_fact(**ended(1, **ERROR)), make_fact(**ended(1.01, **ERROR))], 1)
    assert others.runs == 2


def test_a_second_report_that_comes_without_run_id_ends_the_run_too() -> None:
    assert running(started(0, runId="r1"), ended(1)) is None
    assert running(started(0), ended(1, runId="r1")) is None


def test_of_queued_cells_the_next_runs_from_when_the_one_before_ended() -> None:
    queue = [started(0, "c1"), started(0.001, "c2"), started(0.002, "c3")]
    assert statuses(*queue) == {"c1": "running", "c2": "queued", "c3": "queued"}
    assert running(*queue, ended(40, "c1")) == OpenRun(A, "c2", Turn.STARTED, NOW + timedelta(seconds=40))
    assert statuses(*queue, ended(40, "c1")) == {"c1": "ok", "c2": "running", "c3": "queued"}
    assert statuses(*queue, ended(40, "c1"), ended(41, "c2"), ended(42, "c3")) == dict.fromkeys(
        ("c1", "c2", "c3"), "ok"
    )


def test_cells_that_are_queued_in_the_same_instant_run_in_the_notebook_s_order() -> None:
    assert statuses(started(0, "c3"), started(0, "c1"), started(0, "c2")) == {
        "c1": "running",
        "c2": "queued",
        "c3": "queued",
    }


def test_a_client_that_tells_queueing_from_starting_is_believed() -> None:
    asked = [queued(0, "c1", runId="r1"), queued(0.1, "c2", runId="r2"), started(0.2, "c1", runId="r1")]
    assert statuses(*asked) == {"c1": "running", "c2": "queued"}
    # The start of the second shows that the first has ended, though nobody said so.
    assert statuses(*asked, started(30, "c2", runId="r2")) == {"c1": "aborted", "c2": "running"}
    open_now = running(*asked, started(30, "c2", runId="r2"))
    assert open_now is not None
    assert open_now.since == second(30)


def test_the_end_of_a_later_run_ends_what_ran_before_it() -> None:
    assert statuses(started(0, "c1"), started(60, "c2"), ended(61, "c2")) == {"c1": "aborted", "c2": "ok"}
    assert running(started(0, "c1"), started(60, "c2"), ended(61, "c2")) is None


def test_the_end_of_an_earlier_run_ends_nothing_else() -> None:
    assert statuses(started(0, "c1"), started(1, "c2"), ended(5, "c1")) == {"c1": "ok", "c2": "running"}


@pytest.mark.parametrize("clearing", ["kernel_restarted", "kernel_died", "notebook_closed"])
def test_a_restart_a_dead_kernel_or_a_closed_notebook_ends_what_was_open(clearing: str) -> None:
    events = [started(0, "c1"), started(1, "c2"), turn(clearing, 20, None)]
    assert running(*events) is None
    assert statuses(*events) == {"c1": "aborted", "c2": "aborted"}
    assert statuses(*events, started(21, "c1")) == {"c1": "running", "c2": "aborted"}


def test_a_restart_of_another_notebook_ends_nothing() -> None:
    assert statuses(started(0, "c1"), turn("kernel_restarted", 20, None, B)) == {"c1": "running"}


def test_a_cell_whose_run_was_cut_off_keeps_the_outcome_of_the_run_before() -> None:
    assert statuses(ended(0), started(10), turn("kernel_restarted", 20, None)) == {"c1": "ok"}


def test_a_cell_that_waits_for_input_does_not_run() -> None:
    waiting = [started(0, runId="r1"), turn("cell_waiting", 1, runId="r1")]
    assert running(*waiting) == OpenRun(A, "c1", Turn.WAITING, NOW + timedelta(seconds=1))
    assert statuses(*waiting) == {"c1": "waiting"}
    student = fold_student([make_fact(**event) for event in waiting], 1)
    assert (student.running_since, student.waiting_since) == (None, second(1))


def test_a_run_goes_on_when_the_student_has_answered() -> None:
    events = [started(0, runId="r1"), turn("cell_waiting", 1, runId="r1"), started(0.5, "c2", runId="r2")]
    answered = [*events, started(60, runId="r1")]
    assert statuses(*answered) == {"c1": "running", "c2": "queued"}
    assert running(*answered) == OpenRun(A, "c1", Turn.STARTED, NOW + timedelta(seconds=60))


def test_an_aborted_cell_is_neither_solved_nor_failed() -> None:
    events = [
        ended(0, "c1", **ERROR),
        turn("cell_aborted", 0.1, "c2", hasError=True),
        turn("cell_aborted", 0.2, "c3", reason="earlier_error"),
    ]
    student = fold_student([make_fact(**event) for event in events], 1)
    assert (student.runs, student.errors, student.error_streak, student.cell_id) == (1, 1, 1, "c1")
    assert statuses(*events) == {"c1": "error", "c2": "aborted", "c3": "aborted"}


def test_an_abort_takes_nothing_from_a_cell_that_was_solved() -> None:
    assert statuses(ended(0), turn("cell_aborted", 1)) == {"c1": "ok"}


def test_an_error_that_the_cell_announces_is_a_success() -> None:
    student = fold_student([make_fact(**ended(n, expectedError=True, **ERROR)) for n in range(3)], 1)
    assert (student.runs, student.errors, student.error_streak) == (3, 0, 0)
    assert statuses(ended(0, expectedError=True, **ERROR)) == {"c1": "ok"}


def test_an_interrupted_run_changes_no_streak() -> None:
    interrupted: Fields = {"hasError": True, "errorMessage": "KeyboardInterrupt: "}
    events = [ended(0, **ERROR), ended(1, **interrupted), ended(2, **ERROR)]
    student = fold_student([make_fact(**event) for event in events], 1)
    assert (student.runs, student.errors, student.error_streak) == (3, 2, 2)
    assert statuses(ended(0), ended(1, **interrupted)) == {"c1": CellStatus.INTERRUPTED}


def test_a_student_runs_a_cell_only_in_the_kernel_that_was_used_last() -> None:
    background = [started(0, "c1", notebook=A), started(100, "c1", notebook=B)]
    here = running(*background)
    assert here is not None
    assert here.notebook_path == B
    assert running(*background, ended(101, "c1", notebook=B)) is None
    both = [make_event(**event) for event in background]
    assert [run.notebook_path for run in open_runs(both)] == [A, B]


def test_a_run_without_a_cell_still_pairs() -> None:
    nowhere: Fields = {"notebookPath": None, "cellId": None, "cellIndex": None}
    assert running(started(0) | nowhere) == OpenRun(None, None, Turn.STARTED, NOW)
    assert running(started(0) | nowhere, ended(1) | nowhere) is None
