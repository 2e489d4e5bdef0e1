"""Raised hands. The SQL function hand_of() has the same rules.

A hand goes up with the first `help` and comes down with `help_stop`. Some clients repeat `help` as long as it is up,
and fall silent when the tab is closed. Such a client is known by its repeats: at least three in one notebook, at
regular intervals. Its hand has a lease of three intervals from the last repeat; a `help` after that raises a new hand.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from classpulse.ingest.events import Event, EventType

SHORTEST_INTERVAL = timedelta(seconds=2)
LONGEST_INTERVAL = timedelta(seconds=60)
# Of two intervals, the longer is at most this many times the shorter.
REGULAR = 1.5
INTERVALS_OF_A_LEASE = 3
# Older events say nothing of a hand that is up now.
MEMORY = timedelta(hours=12)


@dataclass(frozen=True)
class Hand:
    """A raised hand. until: when it comes down unless the client repeats it; None: it stays up."""

    since: datetime
    until: datetime | None


def hand_of(events: Sequence[Event]) -> Hand | None:
    """Return the hand of one student that is up after these events, sorted by their ordering; None: none is up."""
    known = [event for event in events if event.event_type in (EventType.HELP, EventType.HELP_STOP)]
    known = [event for event in known if event.event_time > known[-1].event_time - MEMORY]
    interval = _interval([event for event in known if event.event_type == EventType.HELP])
    lease = interval * INTERVALS_OF_A_LEASE if interval else None
    since: datetime | None = None
    last: datetime | None = None
    for event in known:
        if event.event_type == EventType.HELP_STOP:
            since = last = None
            continue
        if since is None or (lease and last and event.event_time - last > lease):
            since = event.event_time
        last = event.event_time
    return Hand(since, last + lease if lease and last else None) if since else None


def _interval(helps: Sequence[Event]) -> timedelta | None:
    """Return the client's newest regular interval."""
    found: tuple[str, timedelta] | None = None
    for of_notebook in _by_notebook(helps).values():
        # Reports of the same press: of a handler that is registered twice, or of a second tab.
        pressed = [
            event
            for number, event in enumerate(of_notebook)
            if number == 0 or event.event_time - of_notebook[number - 1].event_time >= SHORTEST_INTERVAL
        ]
        times = [event.event_time for event in pressed]
        for number in range(2, len(times)):
            one, other = times[number - 1] - times[number - 2], times[number] - times[number - 1]
            short, long = min(one, other), max(one, other)
            newer = found is None or pressed[number].ordering > found[0]
            if long <= LONGEST_INTERVAL and long <= short * REGULAR and newer:
                found = pressed[number].ordering, long
    return found[1] if found else None


def _by_notebook(helps: Sequence[Event]) -> dict[tuple[str | None, str | None], list[Event]]:
    notebooks: dict[tuple[str | None, str | None], list[Event]] = defaultdict(list)
    for event in helps:
        notebooks[event.notebook_path, event.session_id].append(event)
    return notebooks
