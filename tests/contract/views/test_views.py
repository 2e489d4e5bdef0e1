"""ViewReader: PostgreSQL must give the same answers as the fake in memory."""

from datetime import timedelta

import pytest
from classpulse.progress.attending import Claim
from classpulse.progress.model import CellStatus
from classpulse.views.model import Grid, GridColumn, GridRow, NotebookLine, Pace

from tests.builders import ERROR, NOW, Fields, make_event, make_fact, run
from tests.contract.views.stores import Store

pytestmark = pytest.mark.on_both_installations

CLASS = "python-1"
START = make_event(second=0).event_time
END = START + timedelta(minutes=5)


def test_an_unknown_class_has_empty_pages(store: Store) -> None:
    views = store.views
    assert views.read_notebooks(CLASS) == []
    assert views.read_grid(CLASS, "a.ipynb") == Grid(
        class_id=CLASS, notebook_path="a.ipynb", revision=0, columns=[], rows=[]
    )
    assert views.read_class_at(CLASS, START, END).students == []
    assert views.read_errors(CLASS, START, END) == []
    assert views.read_difficulty(CLASS, START, END) == []
    assert views.read_timeline(CLASS, "ada", 10).events == []
    assert views.read_pace(CLASS, "a.ipynb", START, END) == Pace(
        class_id=CLASS, notebook_path="a.ipynb", cells=0, students=0, minutes=[]
    )
    assert store.attend(CLASS, "ada", Claim(action="claim", by="Ms Sato"), NOW) is None


def test_the_notebooks_with_most_students_come_first(store: Store) -> None:
    store.store([run(1, "ada", 1), run(2, "ada", 2, notebook="b.ipynb"), run(3, "bob", 1, notebook="b.ipynb")])
    assert store.views.read_notebooks(CLASS) == [
        NotebookLine(notebook_path="b.ipynb", students=2, cells=2),
        NotebookLine(notebook_path="a.ipynb", students=0, cells=1),
    ]


def test_the_grid_has_a_row_a_student_and_a_column_a_cell(store: Store) -> None:
    store.store([run(1, "ada", 2, **ERROR), run(2, "ada", 2, **ERROR), run(3, "ada", 10), run(1, "bob", 2)])
    store.store([run(4, "bob", 10, eventType="cell_started"), run(5, "cid", 1, notebook="other.ipynb")])
    assert store.views.read_grid(CLASS, "a.ipynb") == Grid(
        class_id=CLASS,
        notebook_path="a.ipynb",
        revision=2,
        columns=[GridColumn(cell_id="c2", cell_index=2), GridColumn(cell_id="c10", cell_index=10)],
        rows=[
            GridRow(user_id="ada", cells=[(0, CellStatus.ERROR, 2, 2, "NameError"), (1, CellStatus.OK, 1, 0, None)]),
            GridRow(user_id="bob", cells=[(0, CellStatus.OK, 1, 0, None), (1, CellStatus.RUNNING, 0, 0, None)]),
        ],
    )


def test_a_past_view_shows_only_events_up_to_that_time(store: Store) -> None:
    store.store([run(10, "ada", 1, **ERROR), run(20, "ada", 1, **ERROR), run(30, "ada", 1), run(40, "bob", 1)])
    then = START + timedelta(seconds=20)
    (ada,) = store.views.read_class_at(CLASS, START, then).students
    assert (ada.user_id, ada.runs, ada.error_streak, ada.last_error_name) == ("ada", 2, 2, "NameError")
    assert store.views.read_grid_at(CLASS, "a.ipynb", START, then).rows == [
        GridRow(user_id="ada", cells=[(0, CellStatus.ERROR, 2, 2, "NameError")])
    ]
    later = store.views.read_class_at(CLASS, then + timedelta(seconds=1), END).students
    assert [(student.user_id, student.runs, student.error_streak) for student in later] == [
        ("ada", 1, 0),
        ("bob", 1, 0),
    ]


def test_a_markdown_cell_was_never_running(store: Store) -> None:
    store.store([run(10, "ada", 1), run(20, "ada", 2, eventType="cell_started", cellType="markdown")])
    (ada,) = store.views.read_class_at(CLASS, START, END).students
    assert ada.running_since is None
    assert [column.cell_id for column in store.views.read_grid_at(CLASS, "a.ipynb", START, END).columns] == ["c1"]


def test_errors_are_grouped_by_cell_and_common_message(store: Store) -> None:
    boom: Fields = {"hasError": True, "errorMessage": "IndexError: index 7 is out of bounds"}
    other: Fields = {"hasError": True, "errorMessage": "IndexError: index 8 is out of bounds"}
    store.store(
        [
            run(10, "ada", 1, code="a[7]", **boom),
            run(20, "bob", 1, code="a[8]", eventId="newest", **other),
            run(25, "ada", 1),
            run(5, "cid", 2, **boom),
            run(300, "cid", 2, **boom),
            make_fact(second=1, userId="dan", notebookPath=None, cellId=None, cellIndex=None, **ERROR),
        ]
    )
    first, second, third = store.views.read_errors(CLASS, START, END)
    assert (first.cell_id, first.message, first.students, first.unsolved, first.runs) == (
        "c1", "index … is out of bounds", 2, 1, 2
    )  # fmt: skip
    assert (first.example.event_id, first.example.user_id, first.example.code) == ("newest", "bob", "a[8]")
    assert (first.first_time, first.last_time) == (START + timedelta(seconds=10), START + timedelta(seconds=20))
    assert (second.cell_id, second.students, second.unsolved, second.runs) == ("c2", 1, 1, 1)
    assert (third.notebook_path, third.cell_id, third.unsolved) == (None, None, 0)
    assert [group.cell_id for group in store.views.read_errors(CLASS, START, END, "a.ipynb")] == ["c1", "c2"]
    assert store.views.read_errors(CLASS, START, END, "no such") == []


def test_only_the_errors_of_the_team_are_counted(store: Store) -> None:
    red = run(10, "ada", 1, teamName="red", **ERROR)
    store.store([red, run(20, "bob", 1, teamName="blue", **ERROR), run(30, "eve", 1, **ERROR)])
    (group,) = store.views.read_errors(CLASS, START, END, team_name="red")
    assert (group.students, group.runs, group.example.event_id) == (1, 1, red.event.event_id)
    assert store.views.read_errors(CLASS, START, END, "a.ipynb", "green") == []
    assert store.views.read_errors(CLASS, START, END)[0].students == 3


def test_an_error_counts_as_solved_by_its_state_at_the_end_of_the_period(store: Store) -> None:
    store.store([run(10, "ada", 1, **ERROR), run(10, "bob", 1, result="Traceback …", **ERROR), run(50, "ada", 1)])
    store.store([run(15, "bob", 1, eventType="cell_started")])
    unsolved = {
        second: store.views.read_errors(CLASS, START, START + timedelta(seconds=second))[0].unsolved
        for second in (11, 16, 49, 51)
    }
    assert unsolved == {11: 2, 16: 1, 49: 1, 51: 0}
    assert store.views.read_errors(CLASS, START, END)[0].example.result == "Traceback …"


def test_pace_and_difficulty_count_only_the_team(store: Store) -> None:
    store.store([run(10, "ada", 1, teamName="red"), run(20, "ada", 2), run(30, "bob", 1, teamName="blue", **ERROR)])
    minute = START + timedelta(minutes=1)
    red, blue = (store.views.read_pace(CLASS, "a.ipynb", START, minute, team) for team in ("red", "blue"))
    assert [(pace.students, pace.cells, pace.minutes[0].median) for pace in (red, blue)] == [(1, 2, 2), (1, 1, 0)]
    assert store.views.read_pace(CLASS, "a.ipynb", START, minute, "green").minutes == []
    cells = store.views.read_difficulty(CLASS, START, END, team_name="red")
    assert [(cell.cell_id, cell.students, cell.failed) for cell in cells] == [("c1", 1, 0), ("c2", 1, 0)]
    assert store.views.read_difficulty(CLASS, START, END, "a.ipynb", "green") == []


def test_the_pace_is_the_quartiles_of_cells_done(store: Store) -> None:
    store.store(
        [
            run(10, "ada", 1),
            run(15, "ada", 1),
            run(70, "ada", 2),
            run(20, "bob", 1, **ERROR),
            run(130, "bob", 1),
            run(20, "cid", 1, eventType="cell_started"),
        ]
    )
    pace = store.views.read_pace(CLASS, "a.ipynb", START, START + timedelta(minutes=3))
    assert (pace.cells, pace.students) == (2, 3)
    assert [(minute.lower, minute.median, minute.upper) for minute in pace.minutes] == [
        (0, 0, 0.5), (0, 0, 1), (0.5, 1, 1.5)
    ]  # fmt: skip
    later = store.views.read_pace(CLASS, "a.ipynb", START + timedelta(minutes=2), START + timedelta(minutes=3))
    assert later.minutes == pace.minutes[2:]


def test_a_cell_is_hard_where_many_fail_and_few_solve(store: Store) -> None:
    store.store(
        [
            run(10, "ada", 1, **ERROR),
            run(11, "ada", 1, **ERROR),
            run(12, "ada", 1),
            run(10, "bob", 1),
            run(10, "cid", 1, **ERROR),
            run(20, "ada", 0),
            run(20, "ada", 5, notebook="b.ipynb"),
        ]
    )
    cells = store.views.read_difficulty(CLASS, START, END)
    assert [(cell.notebook_path, cell.cell_id) for cell in cells] == [
        ("a.ipynb", "c0"), ("a.ipynb", "c1"), ("b.ipynb", "c5")
    ]  # fmt: skip
    hard = cells[1]
    assert (hard.students, hard.solved, hard.failed, hard.runs, hard.errors) == (3, 2, 2, 5, 3)
    assert hard.median_attempts == 2
    assert store.views.read_difficulty(CLASS, START, START + timedelta(seconds=12), "a.ipynb")[0].median_attempts == 1


def test_a_timeline_goes_back_page_by_page(store: Store) -> None:
    store.store([run(second, "ada", second % 2, eventId=str(second)) for second in range(5)] + [run(9, "bob", 1)])
    first = store.views.read_timeline(CLASS, "ada", 3)
    assert [event.event_id for event in first.events] == ["4", "3", "2"]
    rest = store.views.read_timeline(CLASS, "ada", 3, first.next)
    assert [event.event_id for event in rest.events] == ["1", "0"]
    assert rest.next is None
    of_cell = store.views.read_timeline(CLASS, "ada", 9, notebook_path="a.ipynb", cell_id="c1")
    assert [event.event_id for event in of_cell.events] == ["3", "1"]


def test_a_timeline_of_large_events_comes_in_smaller_pages(store: Store) -> None:
    store.store([run(second, "ada", 0, eventId=str(second), code="教" * 250_000) for second in range(4)])
    first = store.views.read_timeline(CLASS, "ada", 5)
    rest = store.views.read_timeline(CLASS, "ada", 5, first.next)
    assert [event.event_id for event in [*first.events, *rest.events]] == ["3", "2", "1", "0"]
    assert rest.next is None
