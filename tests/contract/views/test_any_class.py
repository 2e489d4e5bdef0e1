"""ViewReader: every page of any class is the same from PostgreSQL as from memory."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import Fields, make_event, make_fact
from tests.contract.views.stores import Memory, Postgres

pytestmark = pytest.mark.on_both_installations

START = make_event(second=0).event_time
END = START + timedelta(minutes=5)
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
            "teamName": st.sampled_from([None, "red", "blue"]),
        }
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=events, at=st.integers(0, 200))
def test_every_page_of_any_class_is_the_same(postgres: Postgres, events: list[Fields], at: int) -> None:
    memory = Memory()
    name = f"class-{len(postgres.read_classes())}"
    facts = [make_fact(name, **event) for event in events]
    for store in (memory, postgres):
        for half in (facts[::2], facts[1::2]):
            store.store(half)
    mine, theirs = memory.views, postgres.views
    then = START + timedelta(seconds=at)
    minute = START + timedelta(minutes=1)
    assert theirs.read_class_at(name, minute, then) == mine.read_class_at(name, minute, then)
    for team in (None, "red"):
        assert theirs.read_notebooks(name, team) == mine.read_notebooks(name, team)
        assert theirs.read_errors(name, START, then, None, team) == mine.read_errors(name, START, then, None, team)
        difficulty = theirs.read_difficulty(name, START, then, None, team)
        assert difficulty == mine.read_difficulty(name, START, then, None, team)
        for notebook in ("a.ipynb", "b.ipynb"):
            assert theirs.read_grid(name, notebook, team) == mine.read_grid(name, notebook, team)
            grid = theirs.read_grid_at(name, notebook, minute, then, team)
            assert grid == mine.read_grid_at(name, notebook, minute, then, team)
            pace = theirs.read_pace(name, notebook, minute, END, team)
            assert pace == mine.read_pace(name, notebook, minute, END, team)
