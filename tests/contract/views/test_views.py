"""ViewReader and AttentionStore: PostgreSQL must answer what the same questions give in memory."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from classpulse.core.errors import AlreadyClaimed
from classpulse.core.postgres import make_engine
from classpulse.ingest.batches import Fact
from classpulse.progress.attending import Claim, Note, Release, Resolve, Snooze
from classpulse.progress.attention import Attention
from classpulse.progress.model import CellStatus
from classpulse.progress.postgres import PostgresProgress
from classpulse.progress.postgres_attention import PostgresAttention
from classpulse.progress.postgres_facts import PostgresFacts
from classpulse.views.model import Grid, GridColumn, GridRow, NotebookLine, Pace
from classpulse.views.postgres import PostgresViews
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import NOW, make_event, make_fact
from tests.fakes.progress import MemoryStore
from tests.fakes.views import MemoryViews

CLASS = "python-1"
START = make_event(second=0).event_time
END = START + timedelta(minutes=5)
ERROR = {"hasError": True, "errorMessage": "NameError: name 'x' is not defined"}


class Postgres(PostgresProgress, PostgresFacts):
    def __init__(self, database_url: str) -> None:
        self.engine = make_engine(database_url, pool_size=2)
        super().__init__(self.engine)
        self.views = PostgresViews(self.engine)
        self.attend = PostgresAttention(self.engine).attend


class Memory(MemoryStore):
    def __init__(self) -> None:
        super().__init__(lambda: NOW)
        self.views = MemoryViews(self)


@pytest.fixture
def postgres(database_url: str) -> Iterator[Postgres]:
    store = Postgres(database_url)
    yield store
    store.engine.dispose()


@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest) -> Any:
    return Memory() if request.param == "memory" else request.getfixturevalue("postgres")


def run(second: int, user: str, cell: int, *, notebook: str = "a.ipynb", **fields: Any) -> Fact:
    place = {"notebookPath": notebook, "cellId": f"c{cell}", "cellIndex": cell}
    return make_fact(second=second, userId=user, **place, **fields)


def test_an_unknown_class_has_empty_pages(store: Any) -> None:
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


def test_the_notebooks_with_most_students_come_first(store: Any) -> None:
    store.store([run(1, "ada", 1), run(2, "ada", 2, notebook="b.ipynb"), run(3, "bob", 1, notebook="b.ipynb")])
    assert store.views.read_notebooks(CLASS) == [
        NotebookLine(notebook_path="b.ipynb", students=2, cells=2),
        NotebookLine(notebook_path="a.ipynb", students=0, cells=1),
    ]


def test_the_grid_has_a_row_a_student_and_a_column_a_cell(store: Any) -> None:
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


def test_the_past_is_what_had_happened_by_then(store: Any) -> None:
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


def test_a_markdown_cell_was_never_running(store: Any) -> None:
    store.store([run(10, "ada", 1), run(20, "ada", 2, eventType="cell_started", cellType="markdown")])
    (ada,) = store.views.read_class_at(CLASS, START, END).students
    assert ada.running_since is None
    assert [column.cell_id for column in store.views.read_grid_at(CLASS, "a.ipynb", START, END).columns] == ["c1"]


def test_errors_are_grouped_by_cell_and_by_what_students_share(store: Any) -> None:
    boom = {"hasError": True, "errorMessage": "IndexError: index 7 is out of bounds"}
    other = {"hasError": True, "errorMessage": "IndexError: index 8 is out of bounds"}
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


def test_the_errors_of_a_team_are_counted_without_the_others(store: Any) -> None:
    red = run(10, "ada", 1, teamName="red", **ERROR)
    store.store([red, run(20, "bob", 1, teamName="blue", **ERROR), run(30, "eve", 1, **ERROR)])
    (group,) = store.views.read_errors(CLASS, START, END, team_name="red")
    assert (group.students, group.runs, group.example.event_id) == (1, 1, red.event.event_id)
    assert store.views.read_errors(CLASS, START, END, "a.ipynb", "green") == []
    assert store.views.read_errors(CLASS, START, END)[0].students == 3


def test_an_error_is_solved_or_not_as_it_was_when_the_period_ended(store: Any) -> None:
    store.store([run(10, "ada", 1, **ERROR), run(10, "bob", 1, result="Traceback …", **ERROR), run(50, "ada", 1)])
    store.store([run(15, "bob", 1, eventType="cell_started")])
    unsolved = {
        second: store.views.read_errors(CLASS, START, START + timedelta(seconds=second))[0].unsolved
        for second in (11, 16, 49, 51)
    }
    assert unsolved == {11: 2, 16: 1, 49: 1, 51: 0}
    assert store.views.read_errors(CLASS, START, END)[0].example.result == "Traceback …"


def test_pace_and_difficulty_of_a_team_are_without_the_others(store: Any) -> None:
    store.store([run(10, "ada", 1, teamName="red"), run(20, "ada", 2), run(30, "bob", 1, teamName="blue", **ERROR)])
    minute = START + timedelta(minutes=1)
    red, blue = (store.views.read_pace(CLASS, "a.ipynb", START, minute, team) for team in ("red", "blue"))
    assert [(pace.students, pace.cells, pace.minutes[0].median) for pace in (red, blue)] == [(1, 2, 2), (1, 1, 0)]
    assert store.views.read_pace(CLASS, "a.ipynb", START, minute, "green").minutes == []
    cells = store.views.read_difficulty(CLASS, START, END, team_name="red")
    assert [(cell.cell_id, cell.students, cell.failed) for cell in cells] == [("c1", 1, 0), ("c2", 1, 0)]
    assert store.views.read_difficulty(CLASS, START, END, "a.ipynb", "green") == []


def test_the_pace_is_the_quartiles_of_cells_done(store: Any) -> None:
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


def test_a_cell_is_hard_where_many_fail_and_few_solve(store: Any) -> None:
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


def test_a_timeline_goes_back_page_by_page(store: Any) -> None:
    store.store([run(second, "ada", second % 2, eventId=str(second)) for second in range(5)] + [run(9, "bob", 1)])
    first = store.views.read_timeline(CLASS, "ada", 3)
    assert [event.event_id for event in first.events] == ["4", "3", "2"]
    rest = store.views.read_timeline(CLASS, "ada", 3, first.next)
    assert [event.event_id for event in rest.events] == ["1", "0"]
    assert rest.next is None
    of_cell = store.views.read_timeline(CLASS, "ada", 9, notebook_path="a.ipynb", cell_id="c1")
    assert [event.event_id for event in of_cell.events] == ["3", "1"]


def test_a_timeline_of_large_events_comes_in_smaller_pages(store: Any) -> None:
    store.store([run(second, "ada", 0, eventId=str(second), code="教" * 250_000) for second in range(4)])
    first = store.views.read_timeline(CLASS, "ada", 5)
    rest = store.views.read_timeline(CLASS, "ada", 5, first.next)
    assert [event.event_id for event in [*first.events, *rest.events]] == ["3", "2", "1", "0"]
    assert rest.next is None


def test_what_a_teacher_does_is_a_revision_that_everyone_sees(store: Any) -> None:
    store.store([run(1, "ada", 1, **ERROR), run(1, "bob", 1)])
    claimed = store.attend(CLASS, "ada", Claim(action="claim", by="Ms Sato"), NOW)
    assert (claimed.revision, claimed.attention) == (2, Attention(claimed_by="Ms Sato", claimed_at=NOW))
    assert store.read_class(CLASS).revision == 2
    assert claimed in store.read_class(CLASS, since=1).students
    assert store.read_student(CLASS, "ada")[0] == claimed
    later = NOW + timedelta(minutes=1)
    with pytest.raises(AlreadyClaimed):
        store.attend(CLASS, "ada", Claim(action="claim", by="Mr Abe"), later)
    assert store.read_class(CLASS).revision == 2
    again = store.attend(CLASS, "ada", Claim(action="claim", by="Ms Sato"), later)
    assert again.attention == claimed.attention
    store.attend(CLASS, "ada", Note(action="note", note="knows slices"), later)
    snoozed = store.attend(CLASS, "ada", Snooze(action="snooze", minutes=10), later)
    assert snoozed.attention.snoozed_until == later + timedelta(minutes=10)
    assert snoozed.attention.note == "knows slices"
    released = store.attend(CLASS, "ada", Release(action="release"), later)
    assert (released.attention.claimed_by, released.attention.claimed_at) == (None, None)


def test_what_is_resolved_keeps_what_there_was_and_survives_the_next_run(store: Any) -> None:
    store.store([run(1, "ada", 1, **ERROR), run(2, "ada", 1, eventType="help")])
    resolved = store.attend(CLASS, "ada", Resolve(action="resolve"), NOW)
    raised = START + timedelta(seconds=2)
    assert resolved.attention == Attention(resolved_at=NOW, resolved_errors=1, resolved_help=raised)
    (stored,) = store.store([run(3, "ada", 1, **ERROR)])
    assert stored.students[0].attention == resolved.attention
    assert stored.revision == 3


events = st.lists(
    st.fixed_dictionaries(
        {
            "second": st.integers(0, 200),
            "userId": st.sampled_from(["ada", "bob", "cid"]),
            "notebookPath": st.sampled_from(["a.ipynb", "b.ipynb", None]),
            "cellId": st.sampled_from(["c1", "c2", None]),
            "cellIndex": st.sampled_from([0, 1, None]),
            "eventType": st.sampled_from(["cell_executed", "cell_executed", "cell_started", "help", "help_stop"]),
            "cellType": st.sampled_from([None, "code", "markdown"]),
            "hasError": st.booleans(),
            "errorMessage": st.sampled_from([None, "NameError: name 'x'", "ValueError: 7 is bad"]),
            "userName": st.sampled_from([None, "Ada", "Bob"]),
        }
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=events, at=st.integers(0, 200))
def test_every_page_of_any_class_is_the_same(postgres: Postgres, events: list[dict[str, Any]], at: int) -> None:
    memory = Memory()
    name = f"class-{len(postgres.read_classes())}"
    facts = [make_fact(name, **event) for event in events]
    for store in (memory, postgres):
        for half in (facts[::2], facts[1::2]):
            store.store(half)
    mine, theirs = memory.views, postgres.views
    then = START + timedelta(seconds=at)
    minute = START + timedelta(minutes=1)
    assert theirs.read_notebooks(name) == mine.read_notebooks(name)
    assert theirs.read_errors(name, START, then) == mine.read_errors(name, START, then)
    assert theirs.read_difficulty(name, START, then) == mine.read_difficulty(name, START, then)
    assert theirs.read_class_at(name, minute, then) == mine.read_class_at(name, minute, then)
    for notebook in ("a.ipynb", "b.ipynb"):
        assert theirs.read_grid(name, notebook) == mine.read_grid(name, notebook)
        assert theirs.read_grid_at(name, notebook, minute, then) == mine.read_grid_at(name, notebook, minute, then)
        assert theirs.read_pace(name, notebook, minute, END) == mine.read_pace(name, notebook, minute, END)
