"""ViewReader: renamed notebooks, from PostgreSQL as from memory."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import ERROR, Fields, make_event, make_fact, run
from tests.contract.views.stores import Memory, Postgres, Store

pytestmark = pytest.mark.on_both_installations

CLASS = "python-1"
START = make_event(second=0).event_time
END = START + timedelta(minutes=5)
RENAME: Fields = {"eventType": "notebook_renamed", "cellId": None, "cellIndex": None}


def test_every_page_shows_a_renamed_notebook_under_its_new_path(store: Store) -> None:
    store.store([run(10, "ada", 1, **ERROR), run(20, "ada", 2)])
    store.store([make_fact(second=30, notebookPath="b.ipynb", oldPath="a.ipynb", **RENAME)])
    store.store([run(40, "ada", 1, notebook="b.ipynb")])
    [line] = store.views.read_notebooks(CLASS)
    assert (line.notebook_path, line.students, line.cells) == ("b.ipynb", 1, 2)
    grid = store.views.read_grid(CLASS, "b.ipynb")
    assert [(cell[1], cell[2]) for cell in grid.rows[0].cells] == [("ok", 2), ("ok", 1)]
    assert store.views.read_grid_at(CLASS, "b.ipynb", START, END).rows == grid.rows
    assert store.views.read_grid(CLASS, "a.ipynb").rows == []
    [group] = store.views.read_errors(CLASS, START, END)
    assert (group.notebook_path, group.unsolved) == ("b.ipynb", 0)
    assert store.views.read_pace(CLASS, "b.ipynb", START, END).cells == 2
    assert {cell.notebook_path for cell in store.views.read_difficulty(CLASS, START, END)} == {"b.ipynb"}
    assert len(store.views.read_timeline(CLASS, "ada", 9, notebook_path="b.ipynb").events) == 4


def test_a_name_that_one_student_has_for_a_notebook_is_shown_to_nobody(store: Store) -> None:
    store.store([run(10, "ada", 1, teamName="red"), run(10, "bob", 1, teamName="blue")])
    store.store([make_fact(second=20, userId="ada", notebookPath="of ada.ipynb", oldPath="a.ipynb", **RENAME)])
    store.store([run(30, "ada", 2, notebook="of ada.ipynb")])
    for team, cells in ((None, 2), ("red", 2), ("blue", 1)):
        lines = store.views.read_notebooks(CLASS, team)
        assert [(line.notebook_path, line.cells) for line in lines] == [("a.ipynb", cells)]
    assert len(store.views.read_grid(CLASS, "a.ipynb").rows) == 2


_paths = st.sampled_from(["a.ipynb", "b.ipynb", "c.ipynb"])
_event: st.SearchStrategy[Fields] = st.fixed_dictionaries(
    {
        "eventType": st.sampled_from(["cell_executed"] * 2 + ["notebook_renamed"] * 2 + ["notebook_opened"]),
        "second": st.integers(0, 99),
        "userId": st.sampled_from(["ada", "bob"]),
        "notebookPath": _paths,
        "oldPath": _paths,
        "cellId": st.sampled_from(["c1", "c2"]),
        "hasError": st.booleans(),
    }
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(_event, min_size=1, max_size=15), at=st.integers(0, 99))
def test_every_page_of_a_class_that_renames_is_the_same(postgres: Postgres, events: list[Fields], at: int) -> None:
    memory = Memory()
    name = f"class-{len(postgres.read_classes())}"
    facts = [make_fact(name, eventId=f"e{number}", **event) for number, event in enumerate(events)]
    for store in (memory, postgres):
        for part in (facts[::3], facts[1::3], facts[2::3]):
            store.store(part)
    mine, theirs = memory.views, postgres.views
    then = START + timedelta(seconds=at)
    assert theirs.read_class_at(name, START, then) == mine.read_class_at(name, START, then)
    assert theirs.read_errors(name, START, END) == mine.read_errors(name, START, END)
    assert theirs.read_notebooks(name) == mine.read_notebooks(name)
    for notebook in ("a.ipynb", "b.ipynb", "c.ipynb"):
        assert theirs.read_grid(name, notebook) == mine.read_grid(name, notebook)
        assert theirs.read_grid_at(name, notebook, START, then) == mine.read_grid_at(name, notebook, START, then)
        pace = theirs.read_pace(name, notebook, START, END)
        assert pace == mine.read_pace(name, notebook, START, END)
