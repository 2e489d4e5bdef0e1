"""The pages of a period count the events of a student whose clock is slow when they happened."""

from datetime import timedelta

import pytest
from classpulse.core.moments import rfc3339
from classpulse.ingest.batches import Fact
from classpulse.series.postgres import PostgresSeries

from tests.builders import ERROR, NOW, make_fact
from tests.contract.views.stores import Postgres, Store

pytestmark = pytest.mark.on_both_installations

CLASS, NOTEBOOK = "python-1", "lesson1.ipynb"
MINUTE, HOURS = timedelta(minutes=1), timedelta(hours=3)
SPAN = (NOW, NOW + 60 * MINUTE)


def worked(user: str, slow: timedelta, **fields: object) -> list[Fact]:
    """Return runs that arrive every five minutes, by a clock that is slow."""
    return [
        make_fact(CLASS, at, eventTime=rfc3339(at - slow), userId=user, sessionId=f"of-{user}", **fields)
        for at in (NOW + number * 5 * MINUTE for number in range(8))
    ]


def test_the_last_hour_has_the_work_of_a_student_whose_clock_is_slow(store: Store) -> None:
    store.store([*worked("ada", HOURS, **ERROR), *worked("bob", timedelta(0), cellId="c2")])
    assert [student.clock_offset for student in store.read_class(CLASS).students] == [HOURS.total_seconds(), None]
    [group] = store.views.read_errors(CLASS, *SPAN)
    assert (group.students, group.runs) == (1, 8)
    assert [(cell.cell_id, cell.runs) for cell in store.views.read_difficulty(CLASS, *SPAN)] == [("c1", 8), ("c2", 8)]
    # Three hours ago, nobody worked.
    before = (SPAN[0] - HOURS, SPAN[1] - HOURS)
    assert store.views.read_errors(CLASS, *before) == []
    assert store.views.read_difficulty(CLASS, *before) == []


def test_a_cell_that_a_slow_clock_dates_early_is_solved_in_its_own_minute(store: Store) -> None:
    store.store([fact for number in range(2) for fact in worked(f"u{number}", number * HOURS)])
    store.store([make_fact(CLASS, NOW, eventTime=rfc3339(NOW - 30 * MINUTE), userId="u0", cellId="c0")])
    pace = store.views.read_pace(CLASS, NOTEBOOK, NOW - MINUTE, NOW + MINUTE)
    assert [(minute.lower, minute.upper) for minute in pace.minutes] == [(0.25, 0.75), (1.25, 1.75)]


def test_the_minutes_of_the_class_are_those_in_which_things_happened(postgres: Postgres) -> None:
    postgres.store([*worked("ada", HOURS), *worked("bob", timedelta(0))])
    series = PostgresSeries(postgres.engine)
    minutes = series.read_minutes(CLASS, *SPAN)
    assert [(minute.start, minute.events, minute.students) for minute in minutes] == [
        (NOW + number * 5 * MINUTE, 2, 2) for number in range(8)
    ]
    assert series.read_minutes(CLASS, SPAN[0] - HOURS, SPAN[1] - HOURS) == []


def test_a_session_with_a_right_clock_keeps_its_place_when_a_later_one_is_slow(store: Store) -> None:
    early = [make_fact(CLASS, NOW - HOURS, eventTime=rfc3339(NOW - HOURS), userId="ada", sessionId="right", **ERROR)]
    store.store([*early, *worked("ada", HOURS, **ERROR)])
    [group] = store.views.read_errors(CLASS, NOW - HOURS, NOW - HOURS + MINUTE)
    assert group.runs == 1


def test_the_timeline_of_one_session(store: Store) -> None:
    store.store([*worked("ada", timedelta(0)), make_fact(CLASS, userId="ada", eventId="without", sessionId=None)])
    events = store.views.read_timeline(CLASS, "ada", 50, session_id="of-ada").events
    assert {event.session_id for event in events} == {"of-ada"}
    assert len(events) == 8
    assert [event.event_id for event in store.views.read_timeline(CLASS, "ada", 50, session_id="").events] == [
        "without"
    ]
