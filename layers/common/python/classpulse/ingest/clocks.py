"""The time of an event by the server's clock: what a student's clock is off by is taken out."""

from datetime import datetime, timedelta

from classpulse.core.moments import rfc3339
from classpulse.ingest.events import CLAIMED_TIME, EARLIEST, Event

# How far a student's clock may be ahead of ours.
MAX_CLOCK_LEAD = timedelta(minutes=5)
# A batch that took so long to arrive does not show that the clock is slow.
LONGEST_TRANSIT = timedelta(seconds=10)
# A smaller lead may be the precision of a clock.
SMALLEST_LEAD = timedelta(seconds=2)


def correct_clock(event: Event, now: datetime) -> Event:
    """Set the event time by our clock, and keep the original as claimedEventTime if that changes it.

    `sentAt` is the client's clock now: what it is off by, slow or fast, is taken out. It is not kept. An event that was
    kept offline has a fresh `sentAt`, so its time stays. What is in the future then is set to `now`: "latest" fields
    follow event time, so a clock that is years ahead would freeze a student's progress for years.
    """
    time = _shifted(event, now)
    if time > now + MAX_CLOCK_LEAD:
        time = now
    if time == event.event_time:
        return event if event.sent_at is None else event.replaced({"sent_at": None}, event.model_extra or {})
    claimed = {CLAIMED_TIME: rfc3339(event.event_time)}
    return event.replaced({"event_time": time, "sent_at": None}, (event.model_extra or {}) | claimed)


def _shifted(event: Event, now: datetime) -> datetime:
    offset = now - event.sent_at if event.sent_at else timedelta()
    if -SMALLEST_LEAD <= offset <= LONGEST_TRANSIT:
        return event.event_time
    # No event is older than what the contract accepts.
    return max(event.event_time + offset, EARLIEST)
