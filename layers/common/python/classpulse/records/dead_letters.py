"""Find and remove a student's events in a dead-letter queue."""

from pydantic import ValidationError

from classpulse.ingest.batches import Batch
from classpulse.ingest.events import Event
from classpulse.queues.ports import DeadLetterQueue


def events_of(letters: DeadLetterQueue, class_id: str, user_id: str) -> list[Event]:
    """Return the student's events in the queue. Raises QueueUnavailable."""
    return [event for body in letters.read() for event in _split(body, class_id, user_id)[1]]


def remove_student(letters: DeadLetterQueue, class_id: str, user_id: str) -> int:
    """Remove the student's events from the queue; return how many there were. Raises QueueUnavailable."""
    removed = 0

    def without_student(body: str) -> str | None:
        nonlocal removed
        rest, theirs = _split(body, class_id, user_id)
        removed += len(theirs)
        return body if not theirs else rest

    letters.edit(without_student)
    return removed


def _split(body: str, class_id: str, user_id: str) -> tuple[str | None, list[Event]]:
    """Return a dead letter without the student's events (None if no event is left), and those events."""
    try:
        batch = Batch.model_validate_json(body)
    except ValidationError:
        return body, []
    theirs = [event for event in batch.events if (event.class_id, event.user_id) == (class_id, user_id)]
    others = [event for event in batch.events if event not in theirs]
    return (batch.with_events(others).to_json() if others else None), theirs
