"""Who is behind: the same in memory and on PostgreSQL, by the times at which events were received."""

from datetime import timedelta

import pytest
from classpulse.progress.model import StudentProgress
from classpulse.progress.need import NeedKind
from classpulse.progress.ports import StoredClass
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import NOW, Fields, make_fact
from tests.contract.progress.stores import Postgres, Store
from tests.fakes.progress import MemoryStore

pytestmark = pytest.mark.on_both_installations

MINUTE = timedelta(minutes=1)


def send(store: Store, minutes: float, **cells: int) -> StoredClass:
    """Store, in one batch, a run of each student in the given cell."""
    received_at = NOW + minutes * MINUTE
    second = int(minutes * 60)
    facts = [
        make_fact(received_at=received_at, second=second, userId=user, cellId=f"c{cell}", cellIndex=cell)
        for user, cell in cells.items()
    ]
    (stored,) = store.store(facts)
    return stored


def students(store: Store) -> dict[str, StudentProgress]:
    return {student.user_id: student for student in store.read_class("python-1").students}


def test_a_student_before_the_median_cell_is_behind_and_later_events_change_it(store: Store) -> None:
    stored = send(store, 0, ada=1, bob=5, cid=6)
    assert [student.user_id for student in stored.students if student.is_behind] == ["ada"]
    assert students(store)["ada"].behind_until == NOW + 8 * MINUTE
    send(store, 1, ada=7)
    assert {user for user, student in students(store).items() if student.is_behind} == {"bob"}


def test_students_who_fall_behind_without_an_event_are_among_those_that_a_batch_changes(store: Store) -> None:
    send(store, 0, ada=1, bob=1, cid=1)
    stored = send(store, 1, bob=4, cid=4)
    assert stored.revision == 2
    assert {student.user_id: student.is_behind for student in stored.students} == {
        "ada": True,
        "bob": False,
        "cid": False,
    }
    assert students(store)["ada"].revision == 2
    assert "ada" in {student.user_id for student in store.read_class("python-1", since=1).students}


def test_the_need_starts_eight_minutes_after_the_last_event_while_the_class_goes_on(store: Store) -> None:
    send(store, 0, ada=1, bob=1, cid=1)
    for minutes in range(1, 13):
        send(store, minutes, bob=minutes, cid=minutes)
    (need,) = students(store)["ada"].needs
    assert (need.kind, need.since, need.starts) == (NeedKind.BEHIND, NOW, NOW + 8 * MINUTE)
    # At most half of the eight minutes after the newest event have passed since it was renewed.
    assert NOW + 16 * MINUTE <= need.ends <= NOW + 20 * MINUTE


def test_nobody_is_behind_while_the_class_pauses(store: Store) -> None:
    send(store, 0, ada=1, bob=5, cid=6)
    assert students(store)["ada"].needs == []


def test_a_silent_student_is_renewed_every_four_minutes_at_most(store: Store) -> None:
    send(store, 0, ada=1, bob=4, cid=4)
    renewed = [
        step / 2
        for step in range(1, 21)
        if "ada" in {student.user_id for student in send(store, step / 2, bob=4, cid=4).students}
    ]
    assert renewed == [4.5, 9.0]


def test_the_pace_is_measured_every_ten_seconds(store: Store) -> None:
    send(store, 0, ada=1, bob=1, cid=1)
    send(store, 0.1, bob=4, cid=4)
    assert not students(store)["ada"].is_behind
    send(store, 0.2, dan=4)
    assert students(store)["ada"].is_behind


def test_students_of_another_notebook_and_silent_ones_do_not_make_the_pace(store: Store) -> None:
    send(store, 0, ada=9, bob=9)
    store.store([make_fact(received_at=NOW, userId="eve", notebookPath="other.ipynb", cellIndex=20)])
    send(store, 9, cid=2)
    assert not students(store)["cid"].is_behind


def test_a_student_who_opens_another_notebook_is_no_longer_behind(store: Store) -> None:
    send(store, 0, ada=1, bob=5, cid=6)
    opened: Fields = {"eventType": "notebook_opened", "notebookPath": "two.ipynb", "cellId": None, "cellIndex": None}
    store.store([make_fact(received_at=NOW + MINUTE, second=60, userId="ada", **opened)])
    assert (students(store)["ada"].is_behind, students(store)["ada"].behind_until) == (False, None)


def test_a_batch_of_two_classes_changes_each_by_its_own_students(store: Store) -> None:
    for class_id in ("python-1", "python-2"):
        first: Fields = {"received_at": NOW, "second": 0, "cellIndex": 1}
        store.store([make_fact(class_id, userId=user, **first) for user in ("ada", "bob")])
    later: Fields = {"received_at": NOW + MINUTE, "second": 60, "cellIndex": 4}
    moves = [("python-1", "bob"), ("python-2", "cid"), ("python-2", "dan")]
    stored = store.store([make_fact(class_id, userId=user, **later) for class_id, user in moves])
    changed = {one.class_id: {student.user_id: student.is_behind for student in one.students} for one in stored}
    assert changed == {
        "python-1": {"ada": True, "bob": False},
        "python-2": {"ada": True, "bob": True, "cid": False, "dan": False},
    }


def test_a_student_who_falls_behind_leaves_no_team_again(store: Store) -> None:
    store.store([make_fact(received_at=NOW, second=0, userId="ada", teamName="red", cellIndex=1)])
    (moved,) = store.store([make_fact(received_at=NOW, second=1, userId="ada", teamName="blue", cellIndex=1)])
    assert moved.changed_teams == {"red", "blue"}
    (stored,) = store.store([make_fact(received_at=NOW + MINUTE, second=60, userId="bob", cellIndex=9)])
    assert "ada" in {student.user_id for student in stored.students}
    assert stored.changed_teams == frozenset()


_event: st.SearchStrategy[Fields] = st.fixed_dictionaries(
    {
        "userId": st.sampled_from(["ada", "bob", "cid", "dan"]),
        "notebookPath": st.sampled_from([None, "one.ipynb", "two.ipynb"]),
        "cellId": st.sampled_from([None, "c1", "c2"]),
        "cellIndex": st.sampled_from([None, 1, 2, 3]),
    }
)
_batch = st.tuples(st.integers(0, 900), st.lists(_event, min_size=1, max_size=4))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(_batch, min_size=1, max_size=12))
def test_any_batches_make_the_same_students_behind(postgres: Postgres, batches: list[tuple[int, list[Fields]]]) -> None:
    class_id = f"class-{len(postgres.read_classes())}"
    memory = MemoryStore(lambda: NOW)
    for number, (seconds, events) in enumerate(batches):
        received_at = NOW + timedelta(seconds=seconds)
        facts = [
            make_fact(class_id, received_at, eventId=f"e{number}-{place}", second=number, **event)
            for place, event in enumerate(events)
        ]
        (mine,), (theirs,) = memory.store(facts), postgres.store(facts)
        assert [(one.user_id, one.revision, one.behind_until) for one in theirs.students] == [
            (one.user_id, one.revision, one.behind_until) for one in mine.students
        ]
    assert postgres.read_class(class_id).students == memory.read_class(class_id).students
