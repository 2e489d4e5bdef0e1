"""Accept a batch: validate it, queue it durably, say what was taken."""

import logging
from collections import Counter
from dataclasses import dataclass
from uuid import uuid4

from classpulse.domain.batches import MAX_BYTES, MAX_EVENTS, Batch, ParsedBatch, Rejection, parse_batch
from classpulse.errors import InvalidRequest, QueueUnavailable
from classpulse.ports import MAX_MESSAGE_BYTES, Clock, OutboundMessage, Queue, RateLimiter

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 5


@dataclass(frozen=True)
class Receipt:
    """Our answer to a batch. `retry_after` (seconds) goes with 429 and 503."""

    status: int
    error: str | None
    processed_count: int
    rejected: list[Rejection]
    retry_after: int | None = None


class Ingest:
    """The use case behind POST /api/v1/events."""

    def __init__(self, queue: Queue, limiter: RateLimiter, clock: Clock, default_class_id: str) -> None:
        self._queue = queue
        self._limiter = limiter
        self._clock = clock
        self._default_class_id = default_class_id

    def __call__(self, body: bytes) -> Receipt:
        """Return the receipt. A 202 is only given for what is durably queued."""
        if len(body) > MAX_BYTES:
            return _refusal(413, "the body is over 1 MiB: send fewer events a batch")
        try:
            parsed = parse_batch(body)
        except InvalidRequest as error:
            return _refusal(422, str(error))
        if refused := _refuse(parsed):
            return refused
        batch = Batch(
            batch_id=str(uuid4()),
            received_at=self._clock(),
            class_id=self._default_class_id,
            events=parsed.events,
        )
        if seconds := self._limiter.seconds_to_wait(_events_by_student(batch)):
            return _refusal(429, "too many events from one student: send again later", seconds)
        try:
            self._queue.send([OutboundMessage(part.to_json()) for part in split(batch)])
        except QueueUnavailable:
            logger.exception("batch %s was not queued", batch.batch_id)
            return _refusal(503, "the queue is away: send the same batch again later", RETRY_AFTER_SECONDS)
        return Receipt(202, None, len(parsed.events), parsed.rejected)


def split(batch: Batch) -> list[Batch]:
    """Return the batch, in as many parts as the queue's message size asks for: nearly always one."""
    if len(batch.events) == 1 or len(batch.to_json().encode()) <= MAX_MESSAGE_BYTES:
        return [batch]
    middle = len(batch.events) // 2
    halves = (batch.with_events(batch.events[:middle]), batch.with_events(batch.events[middle:]))
    return [part for half in halves for part in split(half)]


def _refuse(parsed: ParsedBatch) -> Receipt | None:
    received = len(parsed.events) + len(parsed.rejected)
    if received == 0:
        return _refusal(400, "the batch is empty: send 1 to 100 events")
    if received > MAX_EVENTS:
        return _refusal(413, "the batch has more than 100 events: send fewer a batch")
    if not parsed.events:
        return Receipt(422, "no event of the batch is valid", 0, parsed.rejected)
    return None


def _refusal(status: int, error: str, retry_after: int | None = None) -> Receipt:
    return Receipt(status, error, 0, [], retry_after)


def _events_by_student(batch: Batch) -> dict[tuple[str, str], int]:
    return Counter((event.class_id or batch.class_id, event.user_id) for event in batch.events)
