"""Sessions: how many of a student's were active at the same time, and by how much the student's clock is off.

The SQL functions fold_sessions() and sessions_at_once() and the column sessions.clock_offset have the same rules.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, NamedTuple

from pydantic import ConfigDict, Field

from classpulse.core.moments import Moment
from classpulse.core.wire import WireModel
from classpulse.ingest.batches import Fact

# Progress counts the sessions that had an event in this time before the student's last one.
RECENT = timedelta(hours=12)
# A clock is judged after so many arrivals. It is slow or fast from these lags on; beyond the last, it is an import.
FEWEST_RECEIPTS = 5
SLOW, FAST, IMPORT = 600, -300, 93_600


class SessionLine(WireModel):
    """One session of a student, from its first to its last event."""

    model_config = ConfigDict(from_attributes=True)

    session_id: Annotated[str, Field(description="as the client names it; empty: the events without a session id")]
    since: Annotated[Moment, Field(description="when its first event arrived, by the server's clock")]
    last_seen: Annotated[Moment, Field(description="when its last event arrived, by the server's clock")]
    notebook_path: Annotated[str | None, Field(description="the latest notebook")]
    events: int
    runs: int
    errors: int
    clock_offset: Annotated[int | None, Field(description="seconds by which its clock is slow; negative: fast")]


class Session(NamedTuple):
    """What a session's events add up to; lags in seconds, from an event by the student's clock to its arrival."""

    line: SessionLine
    first_time: datetime
    last_time: datetime
    receipts: int
    last_lag: float


class SessionSummary(NamedTuple):
    """What progress says about a student's sessions."""

    at_once: int
    clock_offset: int | None


def fold_sessions(facts: Iterable[Fact]) -> list[Session]:
    """Return the sessions of one student, the one heard last first."""
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        found[fact.event.session_id or ""].append(fact)
    folded = [_fold(session_id, of_session) for session_id, of_session in sorted(found.items())]
    return sorted(folded, key=lambda session: session.line.last_seen, reverse=True)


def summary_of(sessions: Sequence[Session]) -> SessionSummary:
    """Return what progress says; sessions: as fold_sessions() returns them, at least one."""
    since = sessions[0].line.last_seen - RECENT
    recent = [session for session in sessions if session.line.last_seen > since]
    judged = [one for one in recent if one.receipts >= FEWEST_RECEIPTS or FAST <= one.last_lag <= SLOW]
    by_arrival = most_at_once([(one.line.since, one.line.last_seen) for one in recent])
    by_time = most_at_once([(one.first_time, one.last_time) for one in recent])
    return SessionSummary(min(by_arrival, by_time), judged[0].line.clock_offset if judged else None)


def most_at_once(spans: Sequence[tuple[datetime, datetime]]) -> int:
    """Return the most spans that overlap; spans that only touch do not."""
    edges = [(first, 0, 1) for first, _ in spans]
    # At one instant, what lasts ends before others start, and a single instant ends after they have.
    edges += [(last, -1 if last > first else 1, -1) for first, last in spans]
    most = depth = 0
    for _, _, step in sorted(edges):
        depth += step
        most = max(most, depth)
    return most


def _fold(session_id: str, facts: Sequence[Fact]) -> Session:
    times = [(_claimed(fact), fact.received_at) for fact in facts]
    arrivals = sorted({received for _, received in times})
    claims = sorted(claimed for claimed, _ in times)
    lags = [(received - claimed).total_seconds() for claimed, received in times]
    last_lag = min(lag for lag, (_, received) in zip(lags, times, strict=True) if received == arrivals[-1])
    spans = ((claims[-1] - claims[0]).total_seconds(), (arrivals[-1] - arrivals[0]).total_seconds())
    places = [(fact.event.event_time, fact.event.notebook_path) for fact in facts if fact.event.notebook_path]
    line = SessionLine(
        session_id=session_id,
        since=arrivals[0],
        last_seen=arrivals[-1],
        notebook_path=max(places)[1] if places else None,
        events=len(facts),
        runs=sum(fact.event.is_run for fact in facts),
        errors=sum(fact.event.is_error for fact in facts),
        clock_offset=_offset(len(arrivals), spans, min(lags), last_lag),
    )
    return Session(line, claims[0], claims[-1], len(arrivals), last_lag)


def _claimed(fact: Fact) -> datetime:
    """Return the time by the student's clock; ingest clamps one that is ahead."""
    claimed = (fact.event.model_extra or {}).get("claimedEventTime")
    return max(fact.event.event_time, datetime.fromisoformat(claimed)) if claimed else fact.event.event_time


def _offset(receipts: int, spans: tuple[float, float], min_lag: float, last_lag: float) -> int | None:
    """Return how slow the clock is: its lag is constant, so events take as long to arrive as to happen."""
    by_clock, by_arrival = spans
    if receipts < FEWEST_RECEIPTS or abs(by_clock - by_arrival) > 5 + 0.1 * by_arrival:
        return None
    if SLOW < min_lag <= IMPORT:
        return round(min_lag)
    return round(last_lag) if -IMPORT <= last_lag < FAST else None
