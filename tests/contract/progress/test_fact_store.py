"""FactStore and ProgressReader: PostgreSQL must do what the domain's fold in memory does."""

import json
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from classpulse.core.errors import PermanentError, StoreUnavailable
from classpulse.core.postgres import make_engine
from classpulse.progress.model import CellState, fold_cells, fold_student
from classpulse.progress.ports import ClassProgress, StoredClass
from classpulse.progress.postgres import PostgresProgress
from classpulse.progress.postgres_facts import PostgresFacts, to_incoming
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.builders import NOW, make_event, make_fact
from tests.fakes.progress import MemoryStore

ERROR = {"hasError": True, "errorMessage": "NameError: name 'x' is not defined"}


class Postgres(PostgresProgress, PostgresFacts):
    """Both ports on one engine."""

    def __init__(self, database_url: str) -> None:
        self.engine = make_engine(database_url, pool_size=8)
        super().__init__(self.engine)


Store = MemoryStore | Postgres


@pytest.fixture
def postgres(database_url: str) -> Any:
    store = Postgres(database_url)
    yield store
    store.engine.dispose()


@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest) -> Store:
    return MemoryStore(lambda: NOW) if request.param == "memory" else request.getfixturevalue("postgres")


def stored_ids(store: Store, class_id: str = "python-1") -> list[str]:
    return [event["eventId"] for event in store.read_facts(class_id, 0, 1000).events]


def test_an_unknown_class_is_an_empty_one(store: Store) -> None:
    assert store.read_class("python-1") == ClassProgress("python-1", 0, [])
    assert store.read_student("python-1", "ada") is None
    assert store.read_facts("python-1", 0, 10).events == []
    assert store.read_classes() == []
    assert store.store([]) == []


def test_a_stored_batch_is_told_and_read_alike(store: Store) -> None:
    facts = [make_fact(userId="ada", eventId="a", **ERROR), make_fact(userId="bob", eventId="b")]
    (stored,) = store.store(facts)
    expected = [fold_student([fact], revision=1) for fact in facts]
    assert stored == StoredClass("python-1", 1, frozenset({"a", "b"}), stored.students, stored.cells)
    assert sorted(stored.cells, key=lambda cell: cell.user_id) == [
        CellState(**dict(cell), user_id=fact.event.user_id, revision=1) for fact in facts for cell in fold_cells([fact])
    ]
    assert sorted(stored.students, key=lambda student: student.user_id) == expected
    assert store.read_class("python-1") == ClassProgress("python-1", 1, expected)
    assert store.read_student("python-1", "ada") == (expected[0], fold_cells(facts[:1]))


def test_each_event_id_of_a_class_has_one_effect(store: Store) -> None:
    fact = make_fact(eventId="a")
    store.store([fact, fact])
    (again,) = store.store([fact])
    assert (again.revision, again.stored) == (None, frozenset())
    assert [student.events for student in again.students] == [1]
    assert store.read_class("python-1").revision == 1
    assert stored_ids(store) == ["a"]


def test_the_same_id_and_notebook_in_two_classes_are_two(store: Store) -> None:
    store.store([make_fact("python-1", eventId="a"), make_fact("python-2", eventId="a", **ERROR)])
    assert [line.events for line in store.read_classes()] == [1, 1]
    found = {name: store.read_student(name, "ada") for name in ("python-1", "python-2")}
    assert [cells[0].errors for _, cells in (pair for pair in found.values() if pair)] == [0, 1]


def test_revisions_have_no_gaps_and_since_gives_what_changed_later(store: Store) -> None:
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


def test_facts_of_a_team_are_those_of_who_is_in_it_now(store: Store) -> None:
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
    sent = {
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


def test_what_no_column_holds_is_kept_too(store: Store) -> None:
    sent = {"eventType": "quiz_answered", "code": "x", "hasError": True, "executionCount": 3, "cellId": "lost"}
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


_kinds = st.sampled_from(["cell_executed"] * 4 + ["cell_started", "help", "help_stop", "notebook_opened", "other"])
_event = st.fixed_dictionaries(
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


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_batching_and_repetition_ends_in_the_same_fold(postgres: Postgres, data: st.DataObject) -> None:
    class_id = f"class-{len(postgres.read_classes())}"
    events = data.draw(st.lists(_event, min_size=1, max_size=15))
    facts = [make_fact(class_id, eventId=f"e{n}", **event) for n, event in enumerate(events)]
    deliveries = data.draw(st.permutations(facts + data.draw(st.lists(st.sampled_from(facts), max_size=5))))
    while deliveries:
        size = data.draw(st.integers(1, len(deliveries)))
        postgres.store(deliveries[:size])
        deliveries = deliveries[size:]
    for student in postgres.read_class(class_id).students:
        own = [fact for fact in facts if fact.event.user_id == student.user_id]
        assert student == fold_student(own, student.revision)
        assert postgres.read_student(class_id, student.user_id) == (student, fold_cells(own))
    assert sum(student.events for student in postgres.read_class(class_id).students) == len(facts)


def in_threads(number: int, work: Callable[[int], None]) -> None:
    errors: list[BaseException] = []

    def run(index: int) -> None:
        try:
            work(index)
        except BaseException as error:  # noqa: BLE001  # told to the test below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_concurrent_consumers_lose_and_double_nothing(postgres: Postgres) -> None:
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
        # The second is held up by the first, and a dashboard that asks now is promised neither.
        assert not second_done.wait(0.5)
        assert postgres.read_class("python-1") == ClassProgress("python-1", 0, [])
        let_first_commit.set()
        other.join()
        assert second_done.is_set()

    in_threads(2, conduct)
    found = postgres.read_class("python-1")
    assert [(student.user_id, student.revision) for student in found.students] == [("ada", 1), ("bob", 2)]


def incoming(event_id: str, user_id: str) -> str:
    return json.dumps([to_incoming(make_fact(eventId=event_id, userId=user_id))])


def test_a_client_that_keeps_only_the_greatest_revision_is_given_what_was_overtaken(postgres: Postgres) -> None:
    postgres.store([make_fact(userId="ada")])
    postgres.store([make_fact(userId="bob")])
    assert {student.user_id for student in postgres.read_class("python-1", since=2).students} == {"ada", "bob"}
    with postgres.engine.begin() as connection:
        connection.execute(text("UPDATE progress SET changed_at = changed_at - interval '1 hour'"))
    postgres.store([make_fact(userId="cid")])
    found = {since: postgres.read_class("python-1", since=since).students for since in (2, 3)}
    # However long it was away; and not for longer than an update can be on its way.
    assert {student.user_id for student in found[2]} == {"ada", "bob", "cid"}
    assert {student.user_id for student in found[3]} == {"cid"}


def test_a_value_that_cannot_be_stored_is_permanent_and_leaves_nothing_behind(postgres: Postgres) -> None:
    too_much = make_fact(eventId="bad", executionCount=1)
    object.__setattr__(too_much.event, "execution_count", 2**40)
    with pytest.raises(PermanentError, match="SQLSTATE 22"):
        postgres.store([make_fact(eventId="good"), too_much])
    assert stored_ids(postgres) == []


def test_a_server_that_is_away_is_transient(unused_port: int) -> None:
    store = Postgres(f"postgresql://nobody:nothing@127.0.0.1:{unused_port}/none")
    with pytest.raises(StoreUnavailable):
        store.store([make_fact()])
    with pytest.raises(StoreUnavailable):
        store.ping()


def test_a_lost_connection_is_replaced(postgres: Postgres) -> None:
    postgres.store([make_fact(eventId="a")])
    with postgres.engine.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"))
    postgres.store([make_fact(eventId="b")])
    assert stored_ids(postgres) == ["a", "b"]


def test_a_known_event_is_looked_for_by_its_id_and_not_among_all_of_its_class(database_url: str) -> None:
    # Plans that are made while the tables are small are kept.
    store = Postgres(database_url)
    count, warm = 3000, 100
    facts = [make_fact(second=n, eventId=f"{n:032}", userId=f"u{n % 50}", cellId=f"c{n % 9}") for n in range(count)]
    for first, size in [*((n, 10) for n in range(0, warm, 10)), *((n, 500) for n in range(warm, count, 500))]:
        store.store(facts[first : first + size])
    store.engine.dispose()  # what a session has counted is known when it has ended
    engine = make_engine(database_url, pool_size=1)
    with engine.connect() as connection:
        found: dict[str, tuple[int, int]] = {}
        for _ in range(100):
            rows = connection.execute(INDEXES).all()
            found = {row.indexrelname: (row.idx_scan, row.idx_tup_read) for row in rows}
            if found["facts_pkey"][0] >= count:
                break
            connection.rollback()
            time.sleep(0.1)
    engine.dispose()
    assert found["facts_class_id_event_id_key"][0] > count / 2
    assert max(read for _, read in found.values()) < 60 * count, found


INDEXES = text("SELECT indexrelname, idx_scan, idx_tup_read FROM pg_stat_user_indexes")


def test_the_migrations_make_the_tables_that_the_code_names(postgres: Postgres) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from classpulse.core.tables import metadata

    with postgres.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing_and_two_at_once_wait_for_each_other(empty_database_url: str) -> None:
    from classpulse.core.migrate import upgrade

    revisions: list[str] = []
    scripts = Path(__file__).parents[3] / "infra" / "migrations"
    in_threads(3, lambda _index: revisions.append(upgrade(empty_database_url, scripts)))
    assert len(set(revisions)) == 1
    assert revisions[0]
