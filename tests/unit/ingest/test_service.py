import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

from classpulse.core.errors import QueueUnavailable
from classpulse.identity.tokens import JwtTokens
from classpulse.ingest.admission import IngestAuthorizer
from classpulse.ingest.batches import MAX_BYTES, Batch
from classpulse.ingest.ports import RateLimiter
from classpulse.ingest.rate_limits import Unlimited
from classpulse.ingest.service import EVENT_TOO_LARGE, Ingest, Limits, Receipt
from classpulse.queues.ports import MAX_BODY_BYTES, OutboundMessage, Queue

from tests.builders import NOW, wire_event
from tests.fakes.ingest import MemoryPolicyCache
from tests.fakes.queues import MemoryQueue

SECRET = "a-secret-of-the-tests-0123456789"


class QueueAway:
    def send(self, messages: Sequence[OutboundMessage]) -> None:
        raise QueueUnavailable("unreachable")


class AlwaysWait:
    def seconds_to_wait(self, events_by_sender: Mapping[tuple[str, ...], int]) -> int:
        assert events_by_sender == {("default", "ada", "installation"): 1}
        return 42


def ingest(events: object, queue: Queue | None = None, limiter: RateLimiter | None = None) -> Receipt:
    body = events if isinstance(events, bytes) else json.dumps(events).encode()
    policy_cache = MemoryPolicyCache()
    policy_cache.publish([], {})
    authorizer = IngestAuthorizer(
        policy_cache, JwtTokens([SECRET]), lambda: NOW, SECRET, is_open=True, default_class_id="default"
    )
    limits = Limits(limiter or Unlimited(), Unlimited())
    return Ingest(authorizer, queue or MemoryQueue(), limits, privacy_key=SECRET.encode())(body, None, is_local=True)


def test_valid_events_are_queued_as_one_batch_and_the_others_named() -> None:
    queue = MemoryQueue()
    receipt = ingest([wire_event(eventId="a"), {}, wire_event(eventId="b")], queue)
    assert (receipt.status, receipt.processed_count, receipt.problem) == (202, 2, None)
    assert [rejection.index for rejection in receipt.rejected] == [1]
    (message,) = queue.messages
    batch = Batch.model_validate_json(message.body)
    assert [event.event_id for event in batch.events] == ["a", "b"]
    assert ({event.class_id for event in batch.events}, batch.received_at) == ({"default"}, NOW)


def test_statuses_of_the_contract() -> None:
    assert ingest([]).status == 400
    assert ingest([wire_event()] * 101).status == 413
    assert ingest([{}] * 101).status == 413
    assert ingest(b" " * (MAX_BYTES + 1)).status == 413
    assert ingest([{}]).status == 422
    assert ingest({}).status == 422
    assert ingest(b"not json").status == 422


def test_a_batch_without_a_valid_event_is_refused_with_a_reason_for_each() -> None:
    receipt = ingest([{}, 1])
    assert [rejection.index for rejection in receipt.rejected] == [0, 1]
    assert receipt.processed_count == 0


def test_an_unavailable_queue_is_never_answered_with_202() -> None:
    receipt = ingest([wire_event()], QueueAway())
    assert (receipt.status, receipt.processed_count, receipt.retry_after) == (503, 0, 5)


def test_a_batch_over_the_limit_is_not_queued() -> None:
    queue = MemoryQueue()
    receipt = ingest([wire_event()], queue, AlwaysWait())
    assert (receipt.status, receipt.retry_after, queue.messages) == (429, 42, [])


def test_a_batch_too_large_for_one_message_is_sent_in_parts() -> None:
    queue = MemoryQueue()
    events = [wire_event(eventId=str(n), code="x" * 10_250) for n in range(100)]
    body = json.dumps(events, separators=(",", ":")).encode()
    assert MAX_BODY_BYTES < len(body) <= MAX_BYTES
    assert ingest(body, queue).status == 202
    batches = [Batch.model_validate_json(message.body) for message in queue.messages]
    assert len(batches) == 2
    assert all(len(message.body.encode()) <= MAX_BODY_BYTES for message in queue.messages)
    assert [event.event_id for batch in batches for event in batch.events] == [str(n) for n in range(100)]


def test_only_the_event_too_large_for_a_message_is_rejected() -> None:
    queue = MemoryQueue()
    large = wire_event(eventId="large", metadata={"many": ["x" * 100] * 9_900})
    receipt = ingest([wire_event(eventId="a"), large, wire_event(eventId="b")], queue)
    assert (receipt.status, receipt.processed_count) == (202, 2)
    [rejection] = receipt.rejected
    assert (rejection.index, rejection.event_id) == (1, "large")
    assert rejection.problem == EVENT_TOO_LARGE
    sent = [event.event_id for message in queue.messages for event in Batch.model_validate_json(message.body).events]
    assert sent == ["a", "b"]
    answer = ingest([large])
    assert (answer.status, answer.processed_count, len(answer.rejected)) == (422, 0, 1)


def test_an_event_too_large_takes_no_other_event_with_its_id_along() -> None:
    queue = MemoryQueue()
    large = wire_event(eventId="a", userId="eve", metadata={"many": ["x" * 100] * 9_900})
    receipt = ingest([wire_event(eventId="a", userId="ada"), {}, large, wire_event(eventId="a", userId="bob")], queue)
    assert [(rejection.index, rejection.event_id) for rejection in receipt.rejected] == [(1, None), (2, "a")]
    sent = [event.user_id for message in queue.messages for event in Batch.model_validate_json(message.body).events]
    assert sent == ["ada", "bob"]


def test_the_time_of_a_clock_that_is_ahead_is_replaced() -> None:
    queue = MemoryQueue()
    ahead = wire_event(eventId="ahead", eventTime="2099-01-01T00:00:00Z")
    near = wire_event(eventId="near", eventTime="2026-04-01T09:05:00Z")
    assert ingest([ahead, near], queue).processed_count == 2
    taken, left = Batch.model_validate_json(queue.messages[0].body).events
    assert (taken.event_time, taken.model_extra) == (NOW, {"claimedEventTime": "2099-01-01T00:00:00Z"})
    assert (left.event_time, left.model_extra) == (NOW + timedelta(minutes=5), {})
