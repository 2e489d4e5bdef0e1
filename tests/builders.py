"""Build events, batches and facts with defaults for the fields that a test does not name."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from classpulse.ingest.batches import Batch, Fact, ParsedBatch, in_class
from classpulse.ingest.events import Event
from classpulse.queues.ports import InboundMessage

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
# Fields of an event by their names on the wire.
Fields = dict[str, Any]
ERROR: Fields = {"hasError": True, "errorMessage": "NameError: name 'x' is not defined"}
_numbers = count(1)


def wire_event(**overrides: Any) -> Fields:
    """Return an event in its wire format; None omits a field."""
    event = {
        "eventId": f"event-{next(_numbers)}",
        "eventType": "cell_executed",
        "eventTime": "2026-04-01T08:59:58Z",
        "userId": "ada",
        "notebookPath": "lesson1.ipynb",
        "cellId": "c1",
        "cellIndex": 0,
    }
    return {name: value for name, value in (event | overrides).items() if value is not None}


def make_event(**overrides: Any) -> Event:
    """Return a typed event; overrides have wire names, `second` moves its time."""
    if (second := overrides.pop("second", None)) is not None:
        overrides["eventTime"] = f"2026-04-01T08:{second // 60:02d}:{second % 60:02d}Z"
    return Event.model_validate(wire_event(**overrides), strict=False)


def make_fact(class_id: str = "python-1", received_at: datetime = NOW, **overrides: Any) -> Fact:
    """Return a fact of a class."""
    return Fact(make_event(**({"classId": class_id} | overrides)), class_id, received_at)


def run(second: int, user: str, cell: int, *, notebook: str = "a.ipynb", **overrides: Any) -> Fact:
    """Return a student's run of a cell of python-1, as a fact."""
    place: Fields = {"notebookPath": notebook, "cellId": f"c{cell}", "cellIndex": cell}
    return make_fact(second=second, userId=user, **place, **overrides)


def make_batch(*events: Event, class_id: str = "python-1") -> Batch:
    """Return an accepted batch."""
    accepted = in_class(ParsedBatch(list(events), []), class_id).events
    return Batch(batch_id="batch-1", received_at=NOW, events=accepted)


def inbound(body: str) -> InboundMessage:
    """Return a queue's message."""
    return InboundMessage(f"message-{next(_numbers)}", body)
