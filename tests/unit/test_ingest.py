import json
from collections.abc import Mapping, Sequence

from classpulse.adapters.memory import MemoryQueue
from classpulse.adapters.redis import Unlimited
from classpulse.domain.batches import MAX_BYTES, Batch
from classpulse.errors import QueueUnavailable
from classpulse.ports import MAX_MESSAGE_BYTES, OutboundMessage, Queue, RateLimiter
from classpulse.services.ingest import Ingest, Receipt

from tests.builders import NOW, wire_event


class QueueAway:
    def send(self, messages: Sequence[OutboundMessage]) -> None:
        raise QueueUnavailable("away")


class AlwaysWait:
    def seconds_to_wait(self, events_by_student: Mapping[tuple[str, str], int]) -> int:
        assert events_by_student == {("default", "ada"): 1}
        return 42


def ingest(events: object, queue: Queue | None = None, limiter: RateLimiter | None = None) -> Receipt:
    body = events if isinstance(events, bytes) else json.dumps(events).encode()
    return Ingest(queue or MemoryQueue(), limiter or Unlimited(), lambda: NOW, "default")(body)


def test_valid_events_are_queued_as_one_batch_and_the_others_named() -> None:
    queue = MemoryQueue()
    receipt = ingest([wire_event(eventId="a"), {}, wire_event(eventId="b")], queue)
    assert (receipt.status, receipt.processed_count, receipt.error) == (202, 2, None)
    assert [rejection.index for rejection in receipt.rejected] == [1]
    (message,) = queue.messages
    batch = Batch.model_validate_json(message.body)
    assert [event.event_id for event in batch.events] == ["a", "b"]
    assert (batch.class_id, batch.received_at) == ("default", NOW)


def test_statuses_of_the_contract() -> None:
    assert ingest([]).status == 400
    assert ingest([wire_event()] * 101).status == 413
    assert ingest([{}] * 101).status == 413
    assert ingest(b" " * (MAX_BYTES + 1)).status == 413
    assert ingest([{}]).status == 422
    assert ingest({}).status == 422
    assert ingest(b"not json").status == 422


def test_when_nothing_is_valid_each_event_says_why() -> None:
    receipt = ingest([{}, 1])
    assert [rejection.index for rejection in receipt.rejected] == [0, 1]
    assert receipt.processed_count == 0


def test_a_queue_that_is_away_is_never_a_202() -> None:
    receipt = ingest([wire_event()], QueueAway())
    assert (receipt.status, receipt.processed_count, receipt.retry_after) == (503, 0, 5)


def test_over_the_limit_nothing_is_queued() -> None:
    queue = MemoryQueue()
    receipt = ingest([wire_event()], queue, AlwaysWait())
    assert (receipt.status, receipt.retry_after, queue.messages) == (429, 42, [])


def test_a_batch_too_large_for_one_message_is_sent_in_parts() -> None:
    queue = MemoryQueue()
    events = [wire_event(eventId=str(n), code="x" * 10_250) for n in range(100)]
    body = json.dumps(events, separators=(",", ":")).encode()
    assert MAX_MESSAGE_BYTES < len(body) <= MAX_BYTES
    assert ingest(body, queue).status == 202
    batches = [Batch.model_validate_json(message.body) for message in queue.messages]
    assert len(batches) == 2
    assert all(len(message.body.encode()) <= MAX_MESSAGE_BYTES for message in queue.messages)
    assert [event.event_id for batch in batches for event in batch.events] == [str(n) for n in range(100)]
