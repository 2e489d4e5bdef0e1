"""Accept a batch: authorize and validate it, queue it durably, return a receipt."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from classpulse.core.errors import InvalidRequest, NotAdmitted, QueueUnavailable, StoreUnavailable
from classpulse.core.json_size import has_more_items
from classpulse.core.metrics import EVENTS_ACCEPTED, EVENTS_REJECTED, Meter, Silent
from classpulse.core.problems import RETRY_AFTER_SECONDS, ErrorCode, Problem
from classpulse.ingest.admission import Admitted, IngestAuthorizer, SenderScope, reject_events
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
from classpulse.ingest.clocks import correct_clock
from classpulse.ingest.events import Event
from classpulse.ingest.leniency import FieldWarning
from classpulse.ingest.paths import normalise_paths
from classpulse.ingest.ports import RateLimiter
from classpulse.ingest.privacy import protect
from classpulse.ingest.texts import fold_output, truncate_texts
from classpulse.queues.ports import MAX_BODY_BYTES, OutboundMessage, Queue

logger = logging.getLogger(__name__)

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
    """Our answer to a batch. `retry_after` (seconds) accompanies 429 and 503.

    `correlation_id` is in every log line about the batch, from ingest to broadcast.
    """

    status: int
    problem: Problem | None
    processed_count: int
    rejected: list[Rejection]
    retry_after: int | None = None
    correlation_id: str | None = None
    warnings: list[FieldWarning] = field(default_factory=list)


@dataclass(frozen=True)
class Limits:
    """The rate limits of one student, of all senders with one class key, and of all with one path key.

    A student's events are counted by credential: whoever floods with a key of the class in a student's name does not
    block that student's own token, the class's other keys, or the key that replaces a leaked one.
    """

    student: RateLimiter
    key: RateLimiter
    path_key: RateLimiter

    def refuse(self, batch: Batch, scope: SenderScope) -> Receipt | None:
        """Return a 429 if the batch exceeds a limit. Raises StoreUnavailable."""
        senders: Counter[tuple[str, ...]] = Counter(
            (class_of(event), event.user_id, scope.credential) for event in batch.events
        )
        if seconds := self.student.seconds_to_wait(senders):
            return _refusal(429, STUDENT_RATE_LIMITED, seconds)
        if scope.key_id is None:
            return None
        of_key = self.path_key if scope.in_path else self.key
        seconds = of_key.seconds_to_wait({(scope.credential,): len(batch.events)})
        return _refusal(429, KEY_RATE_LIMITED, seconds) if seconds else None


class Ingest:
    """The use case behind POST /api/v1/events, and the same with the key in the path."""

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
        """Return the receipt; 202 means that the accepted events are durably queued."""
        return self._answer(body, lambda: self._authorizer.authorize(bearer, is_local=is_local))

    def with_path_key(self, body: bytes, path_key: str) -> Receipt:
        """Return the receipt of a batch whose sender has shown a key in the path."""
        return self._answer(body, lambda: self._authorizer.authorize_path(path_key))

    def _answer(self, body: bytes, authorize: Callable[[], SenderScope]) -> Receipt:
        try:
            return self._accept(body, authorize())
        except NotAdmitted as error:
            return _refusal(error.status, error.problem)
        except StoreUnavailable:
            logger.exception("key lookup failed")
            return _refusal(503, KEY_LOOKUP_UNAVAILABLE, RETRY_AFTER_SECONDS)

    def _accept(self, body: bytes, scope: SenderScope) -> Receipt:
        if problem := _too_large(body):
            return _refusal(413, problem)
        try:
            parsed = in_class(parse_batch(body), self._authorizer.class_of(scope))
        except InvalidRequest as error:
            return _refusal(422, error.problem)
        if refusal := _refuse(parsed):
            return refusal
        admitted = self._authorizer.admit(scope, parsed)
        if not admitted.parsed.events:
            return Receipt(422, NO_EVENT_ACCEPTED, 0, admitted.parsed.rejected, warnings=parsed.warnings)
        batch = self._batch(admitted)
        bodies, too_large = split(batch)
        problems = [EVENT_TOO_LARGE if index in too_large else None for index in range(len(batch.events))]
        accepted = reject_events(admitted.parsed, problems)
        if not bodies:
            return Receipt(422, NO_EVENT_ACCEPTED, 0, accepted.rejected, warnings=parsed.warnings)
        return self._limits.refuse(batch, scope) or self._enqueue(batch.batch_id, bodies, accepted)

    def _batch(self, admitted: Admitted) -> Batch:
        """Return the events as they may be kept; nothing else of them is queued or logged."""
        now = self._authorizer.clock()
        events = [self._kept(correct_clock(event, now), admitted) for event in admitted.parsed.events]
        return Batch(batch_id=str(uuid4()), received_at=now, events=events)

    def _kept(self, event: Event, admitted: Admitted) -> Event:
        # Folded first: what a terminal shows may hold a secret that the text before does not show.
        printed = normalise_paths(fold_output(event))
        protected = protect(printed, class_of(event), admitted.policy, self._privacy_key)
        # Truncated last: redaction would not recognise half a secret.
        return truncate_texts(protected)

    def _enqueue(self, batch_id: str, bodies: list[str], accepted: ParsedBatch) -> Receipt:
        try:
            self._queue.send([OutboundMessage(body) for body in bodies])
        except QueueUnavailable:
            logger.exception("batch not queued", extra={"correlationId": batch_id})
            return _refusal(503, QUEUE_UNAVAILABLE, RETRY_AFTER_SECONDS)
        counts = {"events": len(accepted.events), "rejected": len(accepted.rejected)}
        self._meter.record({EVENTS_ACCEPTED: counts["events"], EVENTS_REJECTED: counts["rejected"]})
        logger.info("batch accepted", extra={"correlationId": batch_id, **counts})
        return Receipt(
            202, None, len(accepted.events), accepted.rejected, correlation_id=batch_id, warnings=accepted.warnings
        )


def split(batch: Batch) -> tuple[list[str], set[int]]:
    """Return the batch as bodies of messages, nearly always one, and the indexes of events too large for a message."""
    body = batch.to_json()
    if len(body.encode()) <= MAX_BODY_BYTES:
        return [body], set()
    if len(batch.events) == 1:
        return [], {0}
    middle = len(batch.events) // 2
    first, too_large_in_first = split(batch.with_events(batch.events[:middle]))
    second, too_large_in_second = split(batch.with_events(batch.events[middle:]))
    return first + second, too_large_in_first | {middle + index for index in too_large_in_second}


def _too_large(body: bytes) -> Problem | None:
    if len(body) > MAX_BYTES:
        return BODY_TOO_LARGE
    # Counted before anything is built: the reasons why an item is no event take a kilobyte.
    return BATCH_TOO_LONG if has_more_items(body, MAX_EVENTS) else None


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
