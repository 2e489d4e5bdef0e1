"""Sessions: who shares an id, and whose clock is off, in PostgreSQL as in memory."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from classpulse.core.moments import rfc3339
from classpulse.ingest.batches import Fact
from classpulse.ingest.clocks import correct_clock
from classpulse.progress.model import StudentProgress
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import ERROR, NOW, make_fact
from tests.contract.progress.stores import Postgres, Store
from tests.fakes.progress import MemoryStore

pytestmark = pytest.mark.on_both_installations

CLASS, ADA = "python-1", "ada"


def sent(minute: float, session: str | None = "s", *, happened: float | None = None, **fields: object) -> Fact:
    """Return an event that arrives in this minute, as ingest hands it on; happened: when, by the student's clock."""
    received = NOW + timedelta(minutes=minute)
    time = NOW + timedelta(minutes=minute if happened is None else happened)
    fact = make_fact(CLASS, received, eventTime=rfc3339(time), sessionId=session, **fields)
    return Fact(correct_clock(fact.event, received), CLASS, received)


def stored(store: Store, facts: Sequence[Fact]) -> StudentProgress:
    """Store each fact by itself, the last first; return the progress of the student."""
    for fact in reversed(facts):
        store.store([fact])
    found = store.read_student(CLASS, ADA)
    assert found is not None
    return found[0]


def lesson(session: str | None, minutes: Sequence[float], slow: float = 0) -> list[Fact]:
    return [sent(minute, session, happened=minute - slow) for minute in minutes]


def test_an_id_that_everybody_kept_has_as_many_sessions_as_people(store: Store) -> None:
    facts = [fact for number in range(12) for fact in lesson(f"tab-{number}", [number, 20 + number, 40])]
    assert stored(store, facts).sessions == 12
    lines = store.read_sessions(CLASS, [ADA])
    assert sorted(line.session_id for line in lines) == sorted(f"tab-{number}" for number in range(12))
    assert {line.events for line in lines} == {3}


@pytest.mark.parametrize(
    ("facts", "at_once"),
    [
        pytest.param(lesson("a", [0, 10]) + lesson("b", [10, 20]) + lesson("c", [20.5, 30]), 1, id="reloads"),
        pytest.param(lesson("a", [0, 30]) + lesson("b", [10, 20]), 2, id="two tabs"),
        pytest.param(lesson("a", [0, 10]) + lesson("b", [5, 15]) + lesson("c", [12, 20]), 2, id="never three at once"),
        pytest.param(lesson(None, [0, 10, 20, 30]), 1, id="a client without sessions"),
        pytest.param(
            [sent(60, name, happened=at) for name, at in (("a", 0), ("a", 9), ("b", 10), ("b", 19), ("c", 20))],
            1,
            id="reloads that arrive at once after a lost connection",
        ),
        pytest.param([sent(0, "a"), sent(0, "b"), sent(0, "c")], 3, id="one event each at the same instant"),
        pytest.param(lesson("a", [0, 5]) + lesson("b", [1, 4]) + lesson("c", [900]), 1, id="more than 12 hours ago"),
    ],
)
def test_sessions_are_counted_while_they_overlap(store: Store, facts: list[Fact], at_once: int) -> None:
    assert stored(store, facts).sessions == at_once


def test_a_session_says_where_since_when_and_how_much_was_run(store: Store) -> None:
    stored(store, [sent(1, "a", **ERROR), sent(2, "a", notebookPath="lesson2.ipynb"), sent(3, "a", eventType="help")])
    store.store([sent(9, None)])
    newest, line = store.read_sessions(CLASS, [ADA])
    assert (newest.session_id, newest.events) == ("", 1)
    assert (line.since, line.last_seen) == (NOW + timedelta(minutes=1), NOW + timedelta(minutes=3))
    assert (line.events, line.runs, line.errors, line.notebook_path) == (3, 2, 1, "lesson1.ipynb")
    assert store.read_sessions(CLASS, ["nobody"]) == []


def test_an_event_that_is_delivered_again_counts_once(store: Store) -> None:
    facts = lesson("a", [1, 2, 3])
    for _ in range(3):
        store.store(facts)
    assert [line.events for line in store.read_sessions(CLASS, [ADA])] == [3]


@pytest.mark.parametrize(
    ("facts", "offset"),
    [
        pytest.param(lesson("a", range(6), slow=180), 3 * 3600, id="three hours slow"),
        pytest.param(lesson("a", range(6), slow=-60), -3600, id="an hour fast"),
        pytest.param(lesson("a", range(6), slow=9), None, id="nine minutes: it may be the network"),
        pytest.param(lesson("a", range(6), slow=-4), None, id="four minutes fast"),
        pytest.param(lesson("a", range(4), slow=180), None, id="too few arrivals"),
        pytest.param(lesson("a", range(6), slow=27 * 60), None, id="an import"),
        pytest.param(
            [sent(100 + at / 60, "a", happened=at) for at in range(0, 60, 5)], None, id="a backlog in a burst"
        ),
        pytest.param(lesson("a", range(6), slow=180) + lesson("a", [6]), None, id="the clock was corrected"),
        pytest.param(
            lesson("a", range(6), slow=-60) + lesson("a", [6, 70, 130]), None, id="the fast one was corrected"
        ),
        pytest.param(lesson("a", range(6), slow=180) + lesson("b", [9]), None, id="the newest session is right"),
        pytest.param(
            lesson("a", range(6), slow=180) + lesson("b", [9], slow=180), 3 * 3600, id="the page was just reloaded"
        ),
        pytest.param(lesson(None, range(0, 60, 3), slow=180), 3 * 3600, id="a client without sessions"),
    ],
)
def test_a_clock_is_recognised_by_its_constant_lag(store: Store, facts: list[Fact], offset: int | None) -> None:
    assert stored(store, facts).clock_offset == offset


moments = st.integers(0, 40)
events = st.lists(
    st.tuples(moments, st.sampled_from(["a", "b", "c", None]), st.sampled_from([0, 0, 12, 180, -60]), moments),
    min_size=1,
    max_size=30,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=events, halves=st.integers(1, 29))
def test_any_order_and_batching_ends_in_the_same_sessions(
    postgres: Postgres, events: list[tuple[int, str | None, int, int]], halves: int
) -> None:
    name = f"class-{len(postgres.read_classes())}"
    facts = [
        Fact(fact.event.replaced({"class_id": name}, fact.event.model_extra or {}), name, fact.received_at)
        for minute, session, slow, late in events
        for fact in [sent(minute, session, happened=minute - slow - late // 20)]
    ]
    memory = MemoryStore(lambda: NOW)
    memory.store(facts)
    for batch in (facts[halves:], facts, facts[:halves]):
        postgres.store(batch)
    assert postgres.read_sessions(name, [ADA]) == memory.read_sessions(name, [ADA])
    [mine], [theirs] = memory.read_class(name).students, postgres.read_class(name).students
    assert (theirs.sessions, theirs.clock_offset) == (mine.sessions, mine.clock_offset)


def test_the_times_of_a_session_are_the_server_s(store: Store) -> None:
    stored(store, lesson("a", range(6), slow=180))
    [line] = store.read_sessions(CLASS, [ADA])
    assert isinstance(line.since, datetime)
    assert (line.since, line.clock_offset) == (NOW, 3 * 3600)
