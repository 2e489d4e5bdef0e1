import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from classpulse.core.errors import QueueUnavailable
from classpulse.identity.tokens import JwtTokens
from classpulse.ingest.admission import IngestAuthorizer
from classpulse.ingest.batches import MAX_BYTES, Batch
from classpulse.ingest.ports import RateLimiter
from classpulse.ingest.rate_limits import Unlimited
from classpulse.ingest.service import EVENT_TOO_LARGE, Ingest, Limits, Receipt
from classpulse.queues.ports import MAX_BODY_BYTES, OutboundMessage, Queue

from tests.builders import NOW, Fields, wire_event
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
    limits = Limits(limiter or Unlimited(), Unlimited(), Unlimited())
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


def queued(**fields: Any) -> Fields:
    """Return the one event of a batch as it is queued."""
    queue = MemoryQueue()
    assert ingest([wire_event(**fields)], queue).status == 202
    [event] = json.loads(queue.messages[0].body)["events"]
    return dict(event)


def test_the_receipt_has_the_warnings_of_accepted_and_of_refused_batches() -> None:
    receipt = ingest([{}, wire_event(eventId="a", cellIndex=-1)])
    assert (receipt.status, receipt.processed_count) == (202, 1)
    assert [(warning.index, warning.event_id, warning.field) for warning in receipt.warnings] == [(1, "a", "cellIndex")]
    large = wire_event(cellIndex=-1, metadata={"many": ["x" * 100] * 9_900})
    refused = ingest([large])
    assert (refused.status, len(refused.warnings)) == (422, 1)
    assert ingest([wire_event()]).warnings == []


def test_what_a_clock_is_off_by_is_taken_out_and_sent_at_is_not_kept() -> None:
    event = queued(eventTime="2026-04-01T07:59:50Z", sentAt="2026-04-01T08:00:00Z")
    assert (event["eventTime"], event["claimedEventTime"]) == ("2026-04-01T08:59:50Z", "2026-04-01T07:59:50Z")
    assert "sentAt" not in event


def test_output_is_folded_before_it_is_cut() -> None:
    bar = "\r00001 [----------]" * 20_000
    assert queued(result=bar + "\nloss=0.31")["result"] == "00001 [----------]\nloss=0.31"
    lines = "\r\n".join(map(str, range(60_000)))
    event = queued(result=lines)
    assert event["result"].startswith("0\n1\n")
    assert event["result"].endswith("\n59999")
    assert event["truncated"] == ["result"]


@pytest.mark.parametrize("consent", ["full", "errors", "hash", "presence"])
def test_the_dialect_and_the_expected_error_survive_what_privacy_removes(consent: str) -> None:
    tagged = {"hasError": True, "errorMessage": "ValueError: no", "metadata": {"tags": ["raises-exception"]}}
    assert queued(consent=consent, **tagged).get("expectedError", False) is (consent != "presence")
    aborted = queued(consent=consent, hasError=True, code="print(1)", errorMessage="KernelReplyNotOK: undefined")
    assert (aborted["eventType"], aborted["claimedEventType"]) == ("cell_aborted", "cell_executed")
    assert aborted.get("code") == {"full": "print(1)", "hash": aborted.get("code")}.get(consent)
    assert aborted.get("reason") == (None if consent == "presence" else "earlier_error")
    assert queued(consent=consent, code=" \n")["eventType"] == "cell_empty"


def test_the_path_that_was_sent_is_kept_with_everything_else_only() -> None:
    renamed: Fields = {"notebookPath": "RTC:./b.ipynb", "oldPath": "RTC:a.ipynb", "eventType": "notebook_renamed"}
    event = queued(**renamed)
    assert (event["notebookPath"], event["oldPath"]) == ("b.ipynb", "a.ipynb")
    assert event["claimedNotebookPath"] == "RTC:./b.ipynb"
    for consent in ("errors", "hash", "presence"):
        event = queued(**renamed, consent=consent)
        assert (event["notebookPath"], event["oldPath"]) == ("b.ipynb", "a.ipynb")
        assert "claimedNotebookPath" not in event
