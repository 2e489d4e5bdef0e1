"""Where a student is: the notebook and cell of the newest event that says so."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from classpulse.ingest.events import Event, EventType, ordering_from
from classpulse.progress.runs import RACE, Turn, turn_of

# They may concern a notebook in another tab, or are no act of the student.
_SAY_NOTHING = {
    EventType.HELP,
    EventType.HELP_STOP,
    EventType.NOTEBOOK_CLOSED,
    EventType.NOTEBOOK_SAVED,
    EventType.NOTEBOOK_RENAMED,
    EventType.KERNEL_RESTARTED,
    EventType.KERNEL_DIED,
    EventType.CELL_ABORTED,
}
# A longer duration is not believed.
LONGEST_RUN_MS = 24 * 60 * 60 * 1000


def placing_of(event: Event) -> str | None:
    """Return the ordering of the event among those that may say where the student is; None: it does not say it.

    An end counts at the time when its run began: a long run that ends in the background moves nobody.
    """
    if not event.notebook_path or event.event_type in _SAY_NOTHING:
        return None
    duration = event.execution_duration_ms or 0.0
    if event.event_type != EventType.CELL_EXECUTED or not 0 < duration <= LONGEST_RUN_MS:
        return event.ordering
    began = event.event_time - timedelta(milliseconds=duration)
    return f"{ordering_from(began)}-{event.event_id}"


def placed(events: Iterable[Event]) -> list[tuple[str, Event]]:
    """Return the events that say where the student is, each with its placing.

    An end says it only if no begin of its cell was reported before it: otherwise the begin has said it.
    """
    events = list(events)
    first: dict[tuple[str | None, str | None], datetime] = {}
    for event in events:
        if turn_of(event) in (Turn.QUEUED, Turn.STARTED, Turn.WAITING):
            cell = event.notebook_path, event.cell_id
            first[cell] = min(first.get(cell, event.event_time), event.event_time)

    def has_begun(event: Event) -> bool:
        cell = event.notebook_path, event.cell_id
        return event.cell_id is not None and cell in first and first[cell] <= event.event_time + RACE

    found = ((placing_of(event), event) for event in events)
    return [
        (placing, event)
        for placing, event in found
        if placing and not (turn_of(event) is Turn.ENDED and has_begun(event))
    ]
