"""Accept a batch: validate it, queue it durably, say what was taken."""

import logging
from collections import Counter
from dataclasses import dataclass
from uuid import uuid4

from classpulse.core.errors import InvalidRequest, NotAdmitted, QueueUnavailable, StoreUnavailable
from classpulse.core.metrics import EVENTS_ACCEPTED, EVENTS_REJECTED, Meter, Silent
from classpulse.core.problems import ErrorCode, Problem
from classpulse.ingest.admission import Admitted, IngestAuthorizer, SenderScope, without
from classpulse.ingest.batches import (
    MAX_BYTES,
    MAX_EVENTS,
    Batch,
    ParsedBatch,
    Rejection,
    class_of,
    in_class,
    parse_batch,
)
from classpulse.ingest.events import not_ahead, shortened
from classpulse.ingest.ports import RateLimiter
from classpulse.ingest.privacy import protect
from classpulse.queues.ports import MAX_BODY_BYTES, OutboundMessage, Queue

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 5
BATCH_EMPTY = Problem(ErrorCode.BATCH_EMPTY, "the batch is empty: send 1 to 100 events")
BATCH_TOO_LONG = Problem(ErrorCode.BATCH_TOO_LONG, "the batch has more than 100 events: send fewer per batch")
BODY_TOO_LARGE = Problem(ErrorCode.BODY_TOO_LARGE, "the body is over 1 MiB: send fewer events per batch")
EVENT_TOO_LARGE = Problem(
    ErrorCode.EVENT_TOO_LARGE, f"the event has more than {MAX_BODY_BYTES} bytes: shorten its texts or its metadata"
)
NO_EVENT_ACCEPTED = Problem(ErrorCode.NO_EVENT_ACCEPTED, "no event of the batch was accepted: see rejected")
STUDENT_RATE_LIMITED = Problem(
    ErrorCode.STUDENT_RATE_LIMITED, "too many events from one student: send the same batch again later"
)
KEY_RATE_LIMITED = Problem(ErrorCode.KEY_RATE_LIMITED, "too many events with this key: send the same batch again later")
KEY_LOOKUP_UNAVAILABLE = Problem(
    ErrorCode.KEY_LOOKUP_UNAVAILABLE, "key lookup is unavailable: send the same batch again later"
)
QUEUE_UNAVAILABLE = Problem(ErrorCode.QUEUE_UNAVAILABLE, "the queue is unavailable: send the same batch again later")


@dataclass(frozen=True)
class Receipt:
    """Our answer to a batch. `retry_after` (seconds) goes with 429 and 503.

    `correlation_id` stands in every log line about the batch, from here to the dashboards.
    """

    status: int
    problem: Problem | None
    processed_count: int
    rejected: list[Rejection]
    retry_after: int | None = None
    correlation_id: str | None = None


@dataclass(frozen=True)
class Limits:
    """How much a student, and all who share a class's key, may send."""

    student: RateLimiter
    key: RateLimiter

    def refuse(self, batch: Batch, key_id: int | None) -> Receipt | None:
        """Return the 429, if it is too much. Raises StoreUnavailable."""
        if seconds := self.student.seconds_to_wait(_events_by_student(batch)):
            return _refusal(429, STUDENT_RATE_LIMITED, seconds)
        if key_id is not None and (seconds := self.key.seconds_to_wait({(str(key_id),): len(batch.events)})):
            return _refusal(429, KEY_RATE_LIMITED, seconds)
        return None


class Ingest:
    """The use case behind POST /api/v1/events."""

    def __init__(
        self,
        authorizer: IngestAuthorizer,
        queue: Queue,
        limits: Limits,
        *,
        privacy_key: bytes,
        meter: Meter | None = None,
    ):
        self._authorizer = authorizer
        self._queue = queue
        self._limits = limits
        self._privacy_key = privacy_key
        self._meter = meter or Silent()

    def __call__(self, body: bytes, bearer: str | None, *, is_local: bool) -> Receipt:
        """Return the receipt. A 202 is only given for what is durably queued."""
        try:
            return self._take(body, self._authorizer.authorize(bearer, is_local=is_local))
        except NotAdmitted as error:
            return _refusal(error.status, error.problem)
        except StoreUnavailable:
            logger.exception("key lookup failed")
            return _refusal(503, KEY_LOOKUP_UNAVAILABLE, RETRY_AFTER_SECONDS)

    def _take(self, body: bytes, scope: SenderScope) -> Receipt:
        if len(body) > MAX_BYTES:
            return _refusal(413, BODY_TOO_LARGE)
        try:
            parsed = in_class(parse_batch(body), self._authorizer.class_of(scope))
        except InvalidRequest as error:
            return _refusal(422, error.problem)
        if refused := _refuse(parsed):
            return refused
        admitted = self._authorizer.admit(scope, parsed)
        if not admitted.parsed.events:
            return Receipt(422, NO_EVENT_ACCEPTED, 0, admitted.parsed.rejected)
        batch = self._batch(admitted)
        bodies, large = split(batch)
        taken = without(admitted.parsed, lambda event: EVENT_TOO_LARGE if event.event_id in large else None)
        if not bodies:
            return Receipt(422, NO_EVENT_ACCEPTED, 0, taken.rejected)
        return self._limits.refuse(batch, scope.key_id) or self._enqueue(batch.batch_id, bodies, taken)

    def _batch(self, admitted: Admitted) -> Batch:
        """Return what is kept of the events: nothing else of them is queued or logged."""
        now = self._authorizer.clock()
        events = (not_ahead(event, now) for event in admitted.parsed.events)
        kept = [protect(event, class_of(event), admitted.policy, self._privacy_key) for event in events]
        # Shortened last: half a secret would not be known for one.
        return Batch(batch_id=str(uuid4()), received_at=now, events=[*map(shortened, kept)])

    def _enqueue(self, batch_id: str, bodies: list[str], taken: ParsedBatch) -> Receipt:
        try:
            self._queue.send([OutboundMessage(body) for body in bodies])
        except QueueUnavailable:
            logger.exception("batch not queued", extra={"correlationId": batch_id})
            return _refusal(503, QUEUE_UNAVAILABLE, RETRY_AFTER_SECONDS)
        counts = {"events": len(taken.events), "rejected": len(taken.rejected)}
        self._meter.record({EVENTS_ACCEPTED: counts["events"], EVENTS_REJECTED: counts["rejected"]})
        logger.info("batch accepted", extra={"correlationId": batch_id, **counts})
        return Receipt(202, None, len(taken.events), taken.rejected, correlation_id=batch_id)


def split(batch: Batch) -> tuple[list[str], set[str]]:
    """Return the batch as messages, nearly always one, and the ids of events that are larger than a message may be."""
    body = batch.to_json()
    if len(body.encode()) <= MAX_BODY_BYTES:
        return [body], set()
    if len(batch.events) == 1:
        return [], {batch.events[0].event_id}
    middle = len(batch.events) // 2
    first, first_large = split(batch.with_events(batch.events[:middle]))
    second, second_large = split(batch.with_events(batch.events[middle:]))
    return first + second, first_large | second_large


def _refuse(parsed: ParsedBatch) -> Receipt | None:
    received = len(parsed.events) + len(parsed.rejected)
    if received == 0:
        return _refusal(400, BATCH_EMPTY)
    if received > MAX_EVENTS:
        return _refusal(413, BATCH_TOO_LONG)
    if not parsed.events:
        return Receipt(422, NO_EVENT_ACCEPTED, 0, parsed.rejected)
    return None


def _refusal(status: int, problem: Problem, retry_after: int | None = None) -> Receipt:
    return Receipt(status, problem, 0, [], retry_after)


def _events_by_student(batch: Batch) -> dict[tuple[str, ...], int]:
    return Counter((class_of(event), event.user_id) for event in batch.events)
