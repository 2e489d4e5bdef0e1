"""Several consumers store at once: nothing is lost, and revisions become visible in their order."""

import json
import threading

import pytest
from classpulse.progress.ports import ClassProgress
from classpulse.progress.postgres_facts import to_incoming
from sqlalchemy import text

from tests.builders import ERROR, make_fact
from tests.contract.progress.stores import Postgres, stored_ids
from tests.threads import in_threads

pytestmark = pytest.mark.on_both_installations


def incoming(event_id: str, user_id: str) -> str:
    return json.dumps([to_incoming(make_fact(eventId=event_id, userId=user_id))])


def test_concurrent_consumers_lose_and_duplicate_nothing(postgres: Postgres) -> None:
    """Each batch is stored by two consumers at once, across classes named in opposite orders."""
    batches = [
        [
            make_fact(f"class-{(n + side) % 2}", eventId=f"{number}-{n}", userId=f"u{n % 7}", second=number, **ERROR)
            for n, side in ((n, number % 2) for n in range(20))
        ]
        for number in range(16)
    ]
    revisions: dict[str, list[int]] = {"class-0": [], "class-1": []}
    lock = threading.Lock()

    def consume(index: int) -> None:
        for number, batch in enumerate(batches):
            if number % 4 in (index % 4, (index + 1) % 4):
                for stored in postgres.store(batch if index % 2 else batch[::-1]):
                    if stored.revision is not None:
                        with lock:
                            revisions[stored.class_id].append(stored.revision)

    in_threads(4, consume)
    for class_id in ("class-0", "class-1"):
        expected = {fact.event.event_id for batch in batches for fact in batch if fact.class_id == class_id}
        assert sorted(stored_ids(postgres, class_id)) == sorted(expected)
        found = postgres.read_class(class_id)
        assert sum(student.events for student in found.students) == len(expected)
        assert sum(student.error_streak for student in found.students) == len(expected)
        assert sorted(revisions[class_id]) == list(range(1, found.revision + 1))


def test_concurrent_batches_with_the_same_event_ids_store_each_student_s_once(postgres: Postgres) -> None:
    """Each of four consumers stores all students' events, which have the same ids, in an order of its own."""
    facts = [make_fact(eventId=f"e{number}", userId=f"u{user}") for number in range(10) for user in range(4)]
    stored: list[tuple[str, str, str]] = []
    lock = threading.Lock()

    def consume(index: int) -> None:
        ordered = sorted(facts, key=lambda fact: (fact.event.user_id != f"u{index}", fact.event.event_id))
        for first in range(0, len(ordered), 8):
            for of_class in postgres.store(ordered[first : first + 8]):
                with lock:
                    stored.extend(of_class.stored)

    in_threads(4, consume)
    assert sorted(stored) == sorted(fact.identity for fact in facts)
    assert [student.events for student in postgres.read_class("python-1").students] == [10] * 4
    assert len(stored_ids(postgres)) == 40


def test_commits_of_a_class_become_visible_in_revision_order(postgres: Postgres) -> None:
    """Two consumers, the first of which commits last: the second must wait, so that `since` can miss nothing."""
    first_stored, let_first_commit, second_done = threading.Event(), threading.Event(), threading.Event()
    call = text("SELECT revision FROM store_facts(CAST(:batch AS jsonb))")

    def first(_index: int) -> None:
        with postgres.engine.begin() as connection:
            revision = connection.scalar(call, {"batch": incoming("a", "ada")})
            assert revision == 1
            first_stored.set()
            assert let_first_commit.wait(20)

    def second() -> None:
        (stored,) = postgres.store([make_fact(eventId="b", userId="bob")])
        assert stored.revision == 2
        second_done.set()

    def conduct(index: int) -> None:
        if index == 0:
            first(index)
            return
        assert first_stored.wait(20)
        other = threading.Thread(target=second)
        other.start()
        # The second waits for the first, and a dashboard that reads now sees neither.
        assert not second_done.wait(0.5)
        assert postgres.read_class("python-1") == ClassProgress("python-1", 0, [])
        let_first_commit.set()
        other.join()
        assert second_done.is_set()

    in_threads(2, conduct)
    found = postgres.read_class("python-1")
    assert [(student.user_id, student.revision) for student in found.students] == [("ada", 1), ("bob", 2)]


def test_a_resume_includes_recent_changes_that_may_have_been_overtaken(postgres: Postgres) -> None:
    postgres.store([make_fact(userId="ada")])
    postgres.store([make_fact(userId="bob")])
    assert {student.user_id for student in postgres.read_class("python-1", since=2).students} == {"ada", "bob"}
    with postgres.engine.begin() as connection:
        connection.execute(text("UPDATE progress SET changed_at = changed_at - interval '1 hour'"))
    postgres.store([make_fact(userId="cid")])
    found = {since: postgres.read_class("python-1", since=since).students for since in (2, 3)}
    # However long the dashboard was disconnected, but only while an update can be in flight.
    assert {student.user_id for student in found[2]} == {"ada", "bob", "cid"}
    assert {student.user_id for student in found[3]} == {"cid"}
