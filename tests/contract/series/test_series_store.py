"""The SeriesStore port: minutes of event time, in memory and on PostgreSQL."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from classpulse.core.postgres import make_engine
from classpulse.progress.ports import FactStore
from classpulse.progress.postgres_facts import PostgresFacts
from classpulse.series.model import Minute, SeriesFilter, minute_of, point_time
from classpulse.series.ports import SeriesStore
from classpulse.series.postgres import PostgresSeries

from tests.builders import NOW, Fields, make_event, make_fact
from tests.fakes.progress import MemoryStore

pytestmark = pytest.mark.on_both_installations

# Where facts are stored, and the series that are read.
Stores = tuple[FactStore, SeriesStore]


@pytest.fixture(params=["memory", "postgres"])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    if request.param == "memory":
        store = MemoryStore(lambda: NOW)
        yield store, store
        return
    engine = make_engine(request.getfixturevalue("database_url"), pool_size=2)
    yield PostgresFacts(engine), PostgresSeries(engine)
    engine.dispose()


def test_minutes_count_events_runs_errors_and_students(stores: Stores) -> None:
    facts_store, series = stores
    facts = [
        make_fact(second=0, userId="ada"),
        make_fact(second=59, userId="ada", hasError=True),
        make_fact(second=59, userId="bob", eventType="help"),
        make_fact(second=60, userId="bob"),
        make_fact("elsewhere", second=30),
    ]
    facts_store.store(facts)
    series.write(facts)
    first = make_event(second=0).event_time
    assert series.read_minutes("python-1", first, first + timedelta(minutes=5)) == [
        Minute(start=first, events=3, runs=2, errors=1, students=2),
        Minute(start=first + timedelta(minutes=1), events=1, runs=1, errors=0, students=1),
    ]
    assert series.read_minutes("python-1", first + timedelta(minutes=1), first + timedelta(minutes=1)) == []


@pytest.mark.parametrize(
    ("only", "counted"),
    [
        (SeriesFilter(), (5, 4, 2, 3)),
        (SeriesFilter(notebook_path="week 1, a.ipynb"), (3, 3, 1, 2)),
        (SeriesFilter(cell_id='it\'s "c1"'), (3, 3, 2, 3)),
        (SeriesFilter(user_ids=("ada",)), (2, 2, 1, 1)),
        (SeriesFilter("week 1, a.ipynb", 'it\'s "c1"', ("ada",)), (1, 1, 1, 1)),
        (SeriesFilter(user_ids=("ada", "cid", *map(str, range(60)), "bob")), (5, 4, 2, 3)),
        (SeriesFilter(user_ids=()), None),
        (SeriesFilter(notebook_path="no such"), None),
        (SeriesFilter(cell_id="no such"), None),
        (SeriesFilter(user_ids=("' OR 1=1 --",)), None),
    ],
)
def test_minutes_of_a_notebook_a_cell_or_a_student(
    stores: Stores, only: SeriesFilter, counted: tuple[int, int, int, int] | None
) -> None:
    facts_store, series = stores
    first: Fields = {"notebookPath": "week 1, a.ipynb"}
    second: Fields = {"notebookPath": "週2.ipynb"}
    one: Fields = {"cellId": 'it\'s "c1"'}
    other: Fields = {"cellId": "c2"}
    facts = [
        make_fact(eventId="1", userId="ada", **first, **one, hasError=True),
        make_fact(eventId="2", userId="ada", **first, **other),
        make_fact(eventId="3", userId="bob", **first, **one),
        make_fact(eventId="4", userId="cid", **second, **one, hasError=True),
        make_fact(eventId="5", userId="bob", **second, cellId=None, eventType="notebook_saved"),
    ]
    facts_store.store(facts)
    series.write(facts)
    start = make_event().event_time
    found = series.read_minutes("python-1", start, start + timedelta(minutes=1), only)
    assert [(each.events, each.runs, each.errors, each.students) for each in found] == ([counted] if counted else [])


def test_a_reachable_store_answers_a_ping(stores: Stores) -> None:
    stores[1].ping()


def test_a_point_keeps_its_time_and_shares_it_with_no_other() -> None:
    one, other = make_fact(second=1, eventId="a"), make_fact(second=1, eventId="b")
    assert point_time(one) == point_time(one)
    assert point_time(one) != point_time(other)
    assert point_time(one) // 1_000_000 == int(one.event.event_time.timestamp() * 1000)


def test_a_minute_begins_on_the_minute() -> None:
    assert minute_of(make_event(second=61).event_time) == make_event(second=60).event_time
