"""FactStore and ProgressReader: PostgreSQL must agree with the domain's fold in memory."""

from datetime import timedelta

import pytest
from classpulse.progress.model import CellState, fold_cells, fold_student
from classpulse.progress.ports import ClassProgress, StoredClass

from tests.builders import ERROR, NOW, Fields, make_event, make_fact
from tests.contract.progress.stores import Store, stored_ids

pytestmark = pytest.mark.on_both_installations


def test_an_unknown_class_is_an_empty_one(store: Store) -> None:
    assert store.read_class("python-1") == ClassProgress("python-1", 0, [])
    assert store.read_student("python-1", "ada") is None
    assert store.read_facts("python-1", 0, 10).events == []
    assert store.read_classes() == []
    assert store.store([]) == []


def test_storing_a_batch_returns_the_progress_that_reading_finds(store: Store) -> None:
    facts = [make_fact(userId="ada", eventId="a", **ERROR), make_fact(userId="bob", eventId="b")]
    (stored,) = store.store(facts)
    expected = [fold_student([fact], revision=1) for fact in facts]
    assert stored == StoredClass(
        "python-1", 1, frozenset(fact.identity for fact in facts), stored.students, stored.cells
    )
    assert sorted(stored.cells, key=lambda cell: cell.user_id) == [
        CellState(**dict(cell), user_id=fact.event.user_id, revision=1) for fact in facts for cell in fold_cells([fact])
    ]
    assert sorted(stored.students, key=lambda student: student.user_id) == expected
    assert store.read_class("python-1") == ClassProgress("python-1", 1, expected)
    assert store.read_student("python-1", "ada") == (expected[0], fold_cells(facts[:1]))


def test_each_event_id_of_a_student_has_one_effect(store: Store) -> None:
    fact = make_fact(eventId="a")
    store.store([fact, fact])
    (again,) = store.store([fact])
    assert (again.revision, again.stored) == (None, frozenset())
    assert [student.events for student in again.students] == [1]
    assert store.read_class("python-1").revision == 1
    assert stored_ids(store) == ["a"]


def test_students_with_the_same_event_id_each_store_theirs(store: Store) -> None:
    """Otherwise a student who sends the ids of another first would make that student's events disappear."""
    pre_empting = make_fact(userId="eve", eventId="a")
    (first,) = store.store([pre_empting])
    victims = [make_fact(userId="ada", eventId="a", **ERROR), make_fact(userId="bob", eventId="a")]
    (second,) = store.store([*victims, pre_empting, victims[0]])
    assert first.stored == {pre_empting.identity}
    assert second.stored == {fact.identity for fact in victims}
    assert {student.user_id: (student.events, student.errors) for student in second.students} == {
        "ada": (1, 1),
        "bob": (1, 0),
        "eve": (1, 0),
    }
    (again,) = store.store(victims)
    assert (again.revision, again.stored) == (None, frozenset())
    assert [event["userId"] for event in store.read_facts("python-1", 0, 9).events] == ["eve", "ada", "bob"]


def test_the_same_id_and_notebook_in_two_classes_are_two(store: Store) -> None:
    store.store([make_fact("python-1", eventId="a"), make_fact("python-2", eventId="a", **ERROR)])
    assert [line.events for line in store.read_classes()] == [1, 1]
    found = {name: store.read_student(name, "ada") for name in ("python-1", "python-2")}
    assert [cells[0].errors for _, cells in (pair for pair in found.values() if pair)] == [0, 1]


def test_revisions_have_no_gaps_and_since_returns_later_changes(store: Store) -> None:
    revisions = [store.store([make_fact(userId=f"u{n}")])[0].revision for n in range(3)]
    assert revisions == [1, 2, 3]
    assert {student.user_id for student in store.read_class("python-1", since=2).students} >= {"u2"}


def test_facts_are_paged_in_storing_order_and_filtered(store: Store) -> None:
    for number in range(5):
        store.store([make_fact(eventId=f"e{number}", userId="ada" if number % 2 else "bob")])
    first = store.read_facts("python-1", 0, 3)
    assert [event["eventId"] for event in first.events] == ["e0", "e1", "e2"]
    assert first.next is not None
    rest = store.read_facts("python-1", first.next, 3)
    assert ([event["eventId"] for event in rest.events], rest.next) == (["e3", "e4"], None)
    assert [event["eventId"] for event in store.read_facts("python-1", 0, 9, ["ada"]).events] == ["e1", "e3"]
    assert stored_ids(store) == [
        event["eventId"] for event in store.read_facts("python-1", 0, 9, ["ada", "bob"]).events
    ]


def test_a_page_ends_before_it_is_larger_than_an_answer_of_lambda_s(store: Store) -> None:
    # Each has nearly a megabyte, three times that with its characters escaped, as some writer of JSON would.
    large = [make_fact(eventId=f"e{number}", code="教" * 250_000) for number in range(6)]
    store.store(large)
    read: list[str] = []
    after: int | None = 0
    while after is not None:
        page = store.read_facts("python-1", after, 1000)
        assert 1 <= len(page.events) < 4
        read += [event["eventId"] for event in page.events]
        after = page.next
    assert read == [fact.event.event_id for fact in large]


def test_facts_of_a_team_are_those_of_its_current_students(store: Store) -> None:
    store.store([make_fact(eventId="e1", userId="ada", teamName="red", second=1)])
    store.store(
        [make_fact(eventId="e2", userId="bob", teamName="red", second=1), make_fact(eventId="e3", userId="eve")]
    )
    store.store([make_fact(eventId="e4", userId="bob", teamName="blue", second=2)])
    of_team = {
        team: [event["eventId"] for event in store.read_facts("python-1", 0, 9, team_name=team).events]
        for team in ("red", "blue", "none")
    }
    assert of_team == {"red": ["e1"], "blue": ["e2", "e4"], "none": []}
    assert store.read_facts("python-1", 0, 9, ["ada"], "blue").events == []


def test_a_fact_is_read_as_it_was_sent(store: Store) -> None:
    sent: Fields = {
        "eventId": "a",
        "eventType": "cell_executed",
        "eventTime": "2026-04-01T08:00:00.000123Z",
        "userId": "学生, 'x' \\ \"y\" \n🎉",
        "sessionId": "s",
        "classId": "python-1",
        "notebookPath": "a b/ノート.ipynb",
        "cellId": "c",
        "cellIndex": 4,
        "cellType": "code",
        "code": "print('%s' % 1)\n",
        "executionCount": 9,
        "hasError": True,
        "errorMessage": "NameError: x",
        "result": "",
        "executionDurationMs": 12.5,
        "metadata": {"kernel": ["python3", None]},
        "quiz": {"points": 1},
    }
    store.store([make_fact(**sent)])
    (read,) = store.read_facts("python-1", 0, 10).events
    received, stored = read.pop("receivedAt"), read.pop("storedAt")
    assert read == sent
    assert received == "2026-04-01T09:00:00Z"
    assert stored


def test_fields_without_a_column_are_stored(store: Store) -> None:
    sent: Fields = {"eventType": "quiz_answered", "code": "x", "hasError": True, "executionCount": 3, "cellId": "lost"}
    store.store([make_fact(eventId="a", notebookPath=None, **sent)])
    (read,) = store.read_facts("python-1", 0, 10).events
    assert {name: read[name] for name in sent} == sent
    (student,) = store.read_class("python-1").students
    assert (student.events, student.runs, student.cell_id) == (1, 0, None)


def test_last_seen_is_the_newest_arrival_by_our_clock(store: Store) -> None:
    store.store([make_fact(second=50, received_at=NOW)])
    store.store([make_fact(second=10, received_at=NOW + timedelta(hours=1))])
    (student,) = store.read_class("python-1").students
    assert student.last_seen == NOW + timedelta(hours=1)
    assert student.last_event == make_event(second=50).event_time
