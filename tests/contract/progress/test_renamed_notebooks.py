"""FactStore: a renamed notebook stays one notebook, in PostgreSQL as in memory."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from classpulse.ingest.batches import Fact
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.builders import NOW, Fields, make_fact
from tests.contract.progress.stores import Postgres, Store
from tests.fakes.progress import MemoryStore

pytestmark = pytest.mark.on_both_installations

CLASS = "python-1"


def work(second: int, path: str, user: str = "ada", **overrides: Any) -> Fact:
    return make_fact(CLASS, second=second, notebookPath=path, userId=user, **overrides)


def renamed(second: int, old: str, new: str, user: str = "ada", **overrides: Any) -> Fact:
    named: Fields = {"eventType": "notebook_renamed", "oldPath": old, "cellId": None, "cellIndex": None}
    return work(second, new, user, **named | overrides)


def opened(second: int, path: str, user: str = "ada") -> Fact:
    return work(second, path, user, eventType="notebook_opened", cellId=None, cellIndex=None)


def attempts(store: Store, user: str = "ada") -> dict[str, int]:
    """Return the number of a student's runs by notebook."""
    found = store.read_student(CLASS, user)
    assert found is not None
    _, cells = found
    return {cell.notebook_path: cell.attempts for cell in cells}


def place(store: Store, user: str = "ada") -> str | None:
    found = store.read_student(CLASS, user)
    assert found is not None
    return found[0].notebook_path


@pytest.mark.parametrize("together", [True, False])
def test_a_renamed_notebook_is_the_same_notebook(store: Store, together: bool) -> None:
    facts = [work(1, "a.ipynb"), renamed(2, "a.ipynb", "b.ipynb"), work(3, "b.ipynb")]
    for batch in [facts] if together else [[fact] for fact in facts]:
        store.store(batch)
    assert attempts(store) == {"b.ipynb": 2}
    assert place(store) == "b.ipynb"
    # The kernel reports the old path until it restarts.
    store.store([work(4, "a.ipynb")])
    assert attempts(store) == {"b.ipynb": 3}
    assert {event["notebookPath"] for event in store.read_facts(CLASS, 0, 9).events} == {"b.ipynb"}


def test_a_notebook_that_moves_to_another_folder_is_the_same_notebook(store: Store) -> None:
    store.store([work(1, "a.ipynb"), renamed(2, "a.ipynb", "week 1/a.ipynb"), work(3, "week 1/a.ipynb")])
    assert attempts(store) == {"week 1/a.ipynb": 2}


@pytest.mark.parametrize("together", [True, False])
def test_a_notebook_that_others_use_keeps_its_path(store: Store, together: bool) -> None:
    facts = [work(1, "a.ipynb", "bob"), work(2, "a.ipynb"), renamed(3, "a.ipynb", "ada.ipynb"), work(4, "ada.ipynb")]
    for batch in [facts] if together else [[fact] for fact in facts]:
        store.store(batch)
    assert (attempts(store), attempts(store, "bob")) == ({"a.ipynb": 2}, {"a.ipynb": 1})
    assert place(store) == place(store, "bob") == "a.ipynb"
    # The name is Ada's only.
    store.store([work(5, "ada.ipynb", "bob")])
    assert attempts(store, "bob") == {"a.ipynb": 1, "ada.ipynb": 1}


def test_a_student_who_renames_a_notebook_that_only_others_use_gets_a_name_for_it(store: Store) -> None:
    store.store([work(1, "a.ipynb", "bob")])
    store.store([renamed(2, "a.ipynb", "ada.ipynb"), work(3, "ada.ipynb")])
    assert (attempts(store), attempts(store, "bob")) == ({"a.ipynb": 1}, {"a.ipynb": 1})


def test_a_rename_to_a_notebook_of_the_class_moves_the_student_there(store: Store) -> None:
    store.store([work(1, "a.ipynb"), work(1, "b.ipynb", "bob")])
    store.store([renamed(2, "a.ipynb", "b.ipynb"), work(3, "b.ipynb")])
    assert attempts(store) == {"a.ipynb": 1, "b.ipynb": 1}
    assert place(store) == "b.ipynb"


def test_renaming_twice_back_and_again_keeps_one_notebook(store: Store) -> None:
    paths = ["a.ipynb", "b.ipynb", "c.ipynb", "a.ipynb", "b.ipynb"]
    store.store([work(1, "a.ipynb")])
    for number, (old, new) in enumerate(pairwise(paths)):
        store.store([renamed(10 * number + 2, old, new), work(10 * number + 3, new)])
    assert attempts(store) == {"b.ipynb": 5}


def test_a_shared_notebook_that_is_renamed_twice_and_back_keeps_its_path(store: Store) -> None:
    store.store([work(1, "a.ipynb"), work(1, "a.ipynb", "bob")])
    for number, (old, new) in enumerate([("a", "b"), ("b", "c"), ("c", "a"), ("a", "b")]):
        store.store([renamed(10 * number + 2, f"{old}.ipynb", f"{new}.ipynb"), work(10 * number + 3, f"{new}.ipynb")])
    assert (attempts(store), attempts(store, "bob")) == ({"a.ipynb": 5}, {"a.ipynb": 1})


def test_a_batch_with_a_rename_that_is_delivered_again_changes_nothing(store: Store) -> None:
    batch = [work(1, "a.ipynb"), renamed(2, "a.ipynb", "b.ipynb"), work(3, "b.ipynb")]
    store.store(batch)
    store.store([renamed(4, "b.ipynb", "c.ipynb"), work(5, "c.ipynb")])
    before = store.read_student(CLASS, "ada")
    [again] = store.store(batch)
    assert again.stored == frozenset()
    assert store.read_student(CLASS, "ada") == before
    assert attempts(store) == {"c.ipynb": 3}


def test_an_older_rename_that_arrives_late_does_not_undo_a_newer_one(store: Store) -> None:
    store.store([work(1, "a.ipynb")])
    store.store([renamed(4, "b.ipynb", "a.ipynb"), work(5, "a.ipynb")])
    store.store([renamed(2, "a.ipynb", "b.ipynb"), work(3, "b.ipynb")])
    assert attempts(store) == {"a.ipynb": 3}


def test_events_under_the_old_path_that_arrive_after_the_rename_belong_to_the_notebook(store: Store) -> None:
    store.store([renamed(2, "a.ipynb", "b.ipynb")])
    store.store([work(1, "a.ipynb"), work(3, "b.ipynb")])
    assert attempts(store) == {"b.ipynb": 2}


def test_a_new_notebook_that_is_opened_at_the_old_path_is_another_notebook(store: Store) -> None:
    store.store([work(1, "Untitled.ipynb"), renamed(2, "Untitled.ipynb", "lesson.ipynb"), work(3, "lesson.ipynb")])
    store.store([opened(4, "Untitled.ipynb"), work(5, "Untitled.ipynb")])
    assert attempts(store) == {"Untitled.ipynb": 1, "lesson.ipynb": 2}
    store.store([renamed(6, "Untitled.ipynb", "homework.ipynb"), work(7, "homework.ipynb")])
    assert attempts(store) == {"homework.ipynb": 2, "lesson.ipynb": 2}


def test_the_old_path_means_another_notebook_to_other_students(store: Store) -> None:
    store.store([work(1, "a.ipynb"), renamed(2, "a.ipynb", "b.ipynb")])
    store.store([work(3, "a.ipynb", "bob"), work(4, "a.ipynb")])
    assert (attempts(store), attempts(store, "bob")) == ({"b.ipynb": 2}, {"a.ipynb": 1})


def test_a_rename_changes_no_other_class(store: Store) -> None:
    store.store([work(1, "a.ipynb"), make_fact("other", userId="ada", notebookPath="a.ipynb")])
    store.store([renamed(2, "a.ipynb", "b.ipynb"), make_fact("other", userId="ada", notebookPath="b.ipynb")])
    found = store.read_student("other", "ada")
    assert found is not None
    assert [cell.notebook_path for cell in found[1]] == ["a.ipynb", "b.ipynb"]


@pytest.mark.parametrize("old", [None, "b.ipynb"])
def test_a_rename_without_another_old_path_changes_nothing(store: Store, old: str | None) -> None:
    store.store([work(1, "a.ipynb"), renamed(2, "a.ipynb", "b.ipynb", oldPath=old), work(3, "b.ipynb")])
    assert attempts(store) == {"a.ipynb": 1, "b.ipynb": 1}


SOON = NOW - timedelta(minutes=59)
_paths = st.sampled_from(["a.ipynb", "b.ipynb", "c.ipynb"])
_event: st.SearchStrategy[Fields] = st.fixed_dictionaries(
    {
        "eventType": st.sampled_from(["cell_executed"] * 2 + ["notebook_renamed"] * 3 + ["notebook_opened"]),
        "second": st.integers(0, 9),
        "userId": st.sampled_from(["ada", "bob"]),
        "notebookPath": _paths,
        "oldPath": _paths,
    }
)
_LATE_BACK: list[Fields] = [
    {"eventType": kind, "second": second, "userId": user, "notebookPath": path, "oldPath": old}
    for kind, second, user, path, old in [
        ("cell_executed", 1, "ada", "a.ipynb", "a.ipynb"),
        ("notebook_renamed", 4, "ada", "a.ipynb", "b.ipynb"),
        ("notebook_renamed", 2, "ada", "b.ipynb", "a.ipynb"),
        ("cell_executed", 3, "bob", "b.ipynb", "a.ipynb"),
        ("notebook_renamed", 5, "bob", "a.ipynb", "b.ipynb"),
    ]
]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(events=_LATE_BACK, sizes=[1, 1, 1, 1, 1])
@given(events=st.lists(_event, min_size=1, max_size=12), sizes=st.lists(st.integers(1, 4), min_size=12, max_size=12))
def test_any_renames_end_in_the_same_notebooks_as_in_memory(
    postgres: Postgres, events: list[Fields], sizes: list[int]
) -> None:
    memory = MemoryStore(lambda: NOW)
    class_id = f"class-{len(postgres.read_classes())}"
    # Soon after they happened: otherwise the clock would be recognised as slow.
    facts = [make_fact(class_id, SOON, eventId=f"e{number}", **event) for number, event in enumerate(events)]
    for size in sizes:
        for store in (memory, postgres):
            store.store(facts[:size])
        facts = facts[size:]
    assert postgres.read_class(class_id) == memory.read_class(class_id)
    for user_id in ("ada", "bob"):
        assert postgres.read_student(class_id, user_id) == memory.read_student(class_id, user_id)
    paths = [[event["notebookPath"] for event in one.read_facts(class_id, 0, 99).events] for one in (postgres, memory)]
    assert paths[0] == paths[1]
