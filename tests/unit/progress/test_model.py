from classpulse.progress.model import CellStatus, StudentProgress, fold_cells, fold_student

from tests.builders import ERROR, Fields, make_fact


def fold(*overrides: Fields) -> StudentProgress:
    return fold_student([make_fact(second=number, **o) for number, o in enumerate(overrides)], revision=1)


def test_totals_count_each_event_id_once() -> None:
    fact = make_fact(**ERROR)
    student = fold_student([fact, fact], revision=3)
    assert (student.events, student.runs, student.errors, student.revision) == (1, 1, 1, 3)


def test_the_streak_is_the_errors_since_the_last_run_that_worked() -> None:
    assert fold(ERROR, ERROR, {}, ERROR, ERROR).error_streak == 2
    assert fold(ERROR, {}).error_streak == 0


def test_an_event_without_a_cell_is_still_a_run() -> None:
    student = fold({"notebookPath": None, "cellId": None} | ERROR)
    assert (student.runs, student.errors, student.cell_id) == (1, 1, None)


def test_rendering_markdown_is_no_run() -> None:
    student = fold(ERROR, {"cellType": "markdown", "cellId": "text"})
    assert (student.runs, student.error_streak, student.cell_id) == (1, 1, "text")


def test_a_hand_is_up_since_it_was_first_raised() -> None:
    student = fold({"eventType": "help"}, {"eventType": "help"})
    assert student.help_since == make_fact(second=0).event.event_time
    assert fold({"eventType": "help"}, {"eventType": "help_stop"}).help_since is None


def test_a_cell_that_has_not_ended_is_running() -> None:
    assert fold({"eventType": "cell_started"}).running_since is not None
    assert fold({"eventType": "cell_started"}, {}).running_since is None


def test_opening_another_notebook_leaves_the_cell_of_the_first() -> None:
    student = fold({}, {"eventType": "notebook_opened", "notebookPath": "two.ipynb", "cellId": None, "cellIndex": None})
    assert (student.notebook_path, student.cell_id, student.cell_index) == ("two.ipynb", None, None)


def test_a_late_event_never_turns_the_clock_back() -> None:
    new, late = make_fact(second=50, cellId="c9"), make_fact(second=10, cellId="c1", **ERROR)
    assert fold_student([new, late], 1) == fold_student([late, new], 1)
    student = fold_student([new, late], 1)
    assert (student.cell_id, student.error_streak, student.last_event) == ("c9", 0, new.event.event_time)


def test_a_cell_counts_its_own_attempts() -> None:
    facts = [
        make_fact(second=1, cellId="c1", **ERROR),
        make_fact(second=2, cellId="c1"),
        make_fact(second=3, cellId="c2", eventType="cell_started"),
    ]
    first, second = fold_cells(facts)
    assert (first.cell_id, first.attempts, first.errors, first.status) == ("c1", 2, 1, CellStatus.OK)
    assert first.last_error_name == "NameError"
    assert (second.attempts, second.status, second.last_run) == (0, CellStatus.RUNNING, None)
