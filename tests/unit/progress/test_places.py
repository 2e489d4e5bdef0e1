"""Where a student is."""

import pytest
from classpulse.progress.model import StudentProgress, fold_student

from tests.builders import Fields, make_fact

B: Fields = {"notebookPath": "b.ipynb", "cellId": "c1", "cellIndex": 1, "second": 10}
ELSEWHERE: Fields = {"notebookPath": "a.ipynb", "cellId": "c9", "cellIndex": 9, "second": 15}


def after(*events: Fields) -> tuple[str | None, str | None]:
    student: StudentProgress = fold_student([make_fact(**event) for event in events], 1)
    return student.notebook_path, student.cell_id


@pytest.mark.parametrize(
    "event_type",
    [
        *[
            "help",
            "help_stop",
            "notebook_closed",
            "notebook_saved",
            "notebook_renamed",
            "kernel_restarted",
            "kernel_died",
            "cell_aborted",
        ],
    ],
)
def test_an_event_of_another_tab_moves_nobody(event_type: str) -> None:
    assert after(B, ELSEWHERE | {"eventType": event_type}) == ("b.ipynb", "c1")


@pytest.mark.parametrize(
    "event_type", ["cell_queued", "cell_started", "cell_waiting", "cell_executed", "cell_selected", "cell_copied"]
)
def test_what_a_student_does_in_a_cell_moves_them_there(event_type: str) -> None:
    assert after(B, ELSEWHERE | {"eventType": event_type}) == ("a.ipynb", "c9")


def test_an_opened_notebook_has_no_current_cell_yet() -> None:
    opened: Fields = {"eventType": "notebook_opened", "cellId": None, "cellIndex": None}
    assert after(B, ELSEWHERE | opened) == ("a.ipynb", None)


def test_a_long_run_that_ends_in_the_background_moves_nobody() -> None:
    assert after(B, ELSEWHERE | {"executionDurationMs": 6000}) == ("b.ipynb", "c1")
    assert after(B, ELSEWHERE | {"executionDurationMs": 4000}) == ("a.ipynb", "c9")
    # Nobody runs a cell for days.
    assert after(B, ELSEWHERE | {"executionDurationMs": 1e12}) == ("a.ipynb", "c9")
