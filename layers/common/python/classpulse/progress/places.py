"""Where a student is: the notebook and cell of the newest event that says so."""

from datetime import timedelta

from classpulse.ingest.events import Event, EventType, ordering_from

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
    """Return the ordering of the event among those that say where the student is; None: it does not say it.

    An end counts at the time when its run began: a long run that ends in the background moves nobody.
    """
    if not event.notebook_path or event.event_type in _SAY_NOTHING:
        return None
    duration = event.execution_duration_ms or 0.0
    if event.event_type != EventType.CELL_EXECUTED or not 0 < duration <= LONGEST_RUN_MS:
        return event.ordering
    began = event.event_time - timedelta(milliseconds=duration)
    return f"{ordering_from(began)}-{event.event_id}"
