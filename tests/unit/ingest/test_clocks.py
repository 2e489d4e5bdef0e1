"""What a student's clock is off by is taken out of the event time."""

from datetime import datetime, timedelta

import pytest
from classpulse.core.moments import rfc3339
from classpulse.ingest.clocks import correct_clock
from classpulse.ingest.events import EARLIEST, Event
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, make_event

HOUR = timedelta(hours=1)
times = st.datetimes(datetime(1970, 1, 1), datetime(2199, 12, 31)).map(lambda time: f"{time.isoformat()}Z")


def at(time: datetime, **fields: str) -> Event:
    return make_event(eventTime=rfc3339(time), **fields)


@pytest.mark.parametrize(
    "off_by", [-48 * HOUR, -HOUR, timedelta(seconds=-11), timedelta(seconds=3), HOUR, 10_000 * HOUR]
)
def test_slow_and_fast_clocks_are_corrected(off_by: timedelta) -> None:
    ran = NOW - timedelta(seconds=20)
    event = correct_clock(at(ran + off_by, sentAt=rfc3339(NOW + off_by)), NOW)
    assert (event.event_time, event.sent_at) == (ran, None)
    assert event.model_extra == {"claimedEventTime": rfc3339(ran + off_by)}


@pytest.mark.parametrize("under_way", [timedelta(seconds=-2), timedelta(), timedelta(seconds=10)])
def test_the_time_under_way_is_no_offset(under_way: timedelta) -> None:
    event = correct_clock(at(NOW - HOUR, sentAt=rfc3339(NOW - under_way)), NOW)
    assert (event.event_time, event.sent_at, event.model_extra) == (NOW - HOUR, None, {})


def test_events_that_were_kept_offline_stay() -> None:
    event = correct_clock(at(NOW - 30 * HOUR, sentAt=rfc3339(NOW)), NOW)
    assert (event.event_time, event.model_extra) == (NOW - 30 * HOUR, {})


def test_an_event_without_sent_at_stays_unless_it_is_in_the_future() -> None:
    for event in (at(NOW - 30 * HOUR), at(NOW + timedelta(minutes=5))):
        assert correct_clock(event, NOW) is event
    event = correct_clock(at(NOW + HOUR, answer="1"), NOW)
    claimed = {"answer": "1", "claimedEventTime": rfc3339(NOW + HOUR)}
    assert (event.event_time, event.model_extra) == (NOW, claimed)


def test_an_event_after_its_sending_is_not_in_the_future() -> None:
    claimed = NOW + timedelta(seconds=1)
    event = correct_clock(at(claimed, sentAt=rfc3339(NOW - HOUR)), NOW)
    assert (event.event_time, event.model_extra) == (NOW, {"claimedEventTime": rfc3339(claimed)})


@given(times, times)
def test_any_times_give_an_event_that_can_be_stored(event_time: str, sent_at: str) -> None:
    event = correct_clock(make_event(eventTime=event_time, sentAt=sent_at), NOW)
    assert EARLIEST <= event.event_time <= NOW + timedelta(minutes=5)
    assert Event.model_validate_json(event.model_dump_json(by_alias=True)) == event
