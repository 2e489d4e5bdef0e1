"""PostgreSQL folds facts into progress as the model does in memory, in whatever order they come."""

from datetime import datetime, timedelta

import pytest
from classpulse.ingest.batches import Fact
from classpulse.progress.model import StudentProgress, fold_cells, fold_student
from classpulse.views.postgres import PostgresViews
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import NOW, Fields, make_fact
from tests.contract.progress.stores import Postgres

pytestmark = pytest.mark.on_both_installations

_kinds = st.sampled_from(["cell_executed"] * 4 + ["cell_started", "help", "help_stop", "notebook_opened", "other"])
_turns = st.sampled_from(
    [
        *["cell_queued", "cell_started", "cell_executed"] * 3,
        *["cell_waiting", "cell_aborted", "kernel_restarted", "kernel_died", "notebook_closed", "help"],
    ]
)
_event: st.SearchStrategy[Fields] = st.fixed_dictionaries(
    {
        "eventType": _kinds,
        "second": st.integers(0, 9),
        "userId": st.sampled_from(["ada", "bob"]),
        "userName": st.sampled_from([None, "Ada", "ADA"]),
        "teamName": st.sampled_from([None, "red"]),
        "notebookPath": st.sampled_from([None, "one.ipynb", "two.ipynb"]),
        "cellId": st.sampled_from([None, "c1", "c2"]),
        "cellIndex": st.sampled_from([None, 1, 2]),
        "cellType": st.sampled_from([None, "code", "markdown"]),
        "hasError": st.booleans(),
        "errorMessage": st.sampled_from([None, "NameError: x", "TypeError: y"]),
    }
)

_milliseconds = st.sampled_from([0, 1, 200, 300, 1000, 2500, 3000, 60_000, 61_000, 90_000, 120_000, 150_000, 180_000])
_turn: st.SearchStrategy[Fields] = st.fixed_dictionaries(
    {
        "eventType": _turns,
        "eventTime": _milliseconds.map(lambda at: (NOW + timedelta(milliseconds=at)).isoformat()),
        "userId": st.sampled_from(["ada"] * 3 + ["bob"]),
        "notebookPath": st.sampled_from(["one.ipynb"] * 3 + ["two.ipynb", None]),
        "cellId": st.sampled_from(["c1", "c2", "c3", None]),
        "cellIndex": st.sampled_from([None, 1, 2]),
        "runId": st.sampled_from([None, None, "r1", "r2", "r3"]),
        "hasError": st.booleans(),
        "errorMessage": st.sampled_from(["NameError: x", "KeyboardInterrupt: "]),
        "expectedError": st.sampled_from([None, None, True]),
        "executionDurationMs": st.sampled_from([None, 5, 2000]),
        "sessionId": st.sampled_from(["s1", None]),
    }
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_batching_and_repetition_ends_in_the_same_fold(postgres: Postgres, data: st.DataObject) -> None:
    store_in_any_order(postgres, data, data.draw(st.lists(_event, min_size=1, max_size=15)))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_runs_that_arrive_in_any_order_end_in_the_same_fold(postgres: Postgres, data: st.DataObject) -> None:
    facts = store_in_any_order(postgres, data, agreeing(data.draw(st.lists(_turn, min_size=1, max_size=12))))
    at = NOW + timedelta(milliseconds=data.draw(_milliseconds))
    class_at_that_time_is_the_fold(postgres, facts, at)


def class_at_that_time_is_the_fold(postgres: Postgres, facts: list[Fact], at: datetime) -> None:
    """Compare the class and the grids of the past with the model's fold of the events until then."""
    views, class_id = PostgresViews(postgres.engine), facts[0].class_id
    until = [fact for fact in facts if fact.event.event_time <= at]
    users = sorted({fact.event.user_id for fact in until})
    of_student = {user: [fact for fact in until if fact.event.user_id == user] for user in users}
    students = views.read_class_at(class_id, NOW, at).students
    assert students == [
        fold_student(of_student[one.user_id], one.revision).model_copy(update=not_of_the_fold(one)) for one in students
    ]
    assert [student.user_id for student in students] == users
    for path in ("one.ipynb", "two.ipynb"):
        grid = views.read_grid_at(class_id, path, NOW, at)
        names = [column.cell_id for column in grid.columns]
        shown = {row.user_id: {names[cell[0]]: cell[1:4] for cell in row.cells} for row in grid.rows}
        cells = {user: [cell for cell in fold_cells(of_student[user]) if cell.notebook_path == path] for user in users}
        assert shown == {
            user: {cell.cell_id: (cell.status, cell.attempts, cell.errors) for cell in row}
            for user, row in cells.items()
            if row
        }


def agreeing(events: list[Fields]) -> list[Fields]:
    """Return the events with all reports of the start or end of one run alike.

    Of ends that differ, the first to arrive counts; a start that follows a wait counts for a new place in the queue if
    all of its run but the end arrives later.
    """
    reports: dict[tuple[str, str, str], Fields] = {}
    return [
        reports.setdefault((event["userId"], event["runId"], event["eventType"]), event)
        if event["runId"] and event["eventType"] in ("cell_started", "cell_executed")
        else event
        for event in events
    ]


def not_of_the_fold(student: StudentProgress) -> dict[str, object]:
    """Return what follows from the class's other students or from sessions; test_paces and test_sessions compare it."""
    names = ("is_behind", "behind_until", "sessions", "clock_offset")
    return {name: getattr(student, name) for name in names}


def store_in_any_order(postgres: Postgres, data: st.DataObject, events: list[Fields]) -> list[Fact]:
    """Store the events in drawn orders and batches; what is read must be the fold of the model."""
    class_id = f"class-{len(postgres.read_classes())}"
    facts = [make_fact(class_id, eventId=f"e{n}", **event) for n, event in enumerate(events)]
    deliveries = data.draw(st.permutations(facts + data.draw(st.lists(st.sampled_from(facts), max_size=5))))
    while deliveries:
        size = data.draw(st.integers(1, len(deliveries)))
        postgres.store(deliveries[:size])
        deliveries = deliveries[size:]
    for student in postgres.read_class(class_id).students:
        own = [fact for fact in facts if fact.event.user_id == student.user_id]
        assert student == fold_student(own, student.revision).model_copy(update=not_of_the_fold(student))
        assert postgres.read_student(class_id, student.user_id) == (student, fold_cells(own))
    assert sum(student.events for student in postgres.read_class(class_id).students) == len(facts)
    return facts
