"""Drain the series queue into the SeriesStore."""

import logging
from collections.abc import Callable, Sequence

from pydantic import ValidationError

from classpulse.core.errors import PermanentError
from classpulse.core.metrics import POINTS_WRITTEN, Meter, Silent
from classpulse.core.moments import rfc3339
from classpulse.core.ports import Clock
from classpulse.ingest.batches import Batch, Fact, facts_of
from classpulse.queues.ports import InboundMessage, OutboundMessage, Queue
from classpulse.series.ports import SeriesStore

logger = logging.getLogger(__name__)


class PersistSeries:
    """The use case behind the series queue. Points are idempotent, so retries are safe.

    not_erased: drops the events of erased students.
    """

    def __init__(
        self,
        store: SeriesStore,
        dead_letters: Queue,
        clock: Clock,
        meter: Meter | None = None,
        *,
        not_erased: Callable[[Sequence[Fact]], list[Fact]],
    ) -> None:
        self._store = store
        self._not_erased = not_erased
        self._meter = meter or Silent()
        self._dead_letters = dead_letters
        self._clock = clock

    def __call__(self, messages: Sequence[InboundMessage]) -> None:
        """Return when all points are written. Raises TransientError: all messages may then be redelivered."""
        facts: list[Fact] = []
        batches: list[Batch] = []
        for message in messages:
            try:
                batches.append(Batch.model_validate_json(message.body))
                facts += facts_of(batches[-1])
            except ValidationError:
                logger.warning("message %s is not a batch: sent to the dead letters", message.message_id)
                self._dead_letter(message.body, "the body is not a batch")
        facts = self._not_erased(facts)
        self._write_or_dead_letter(facts)
        self._meter.record({POINTS_WRITTEN: len(facts)})
        for batch in batches:
            logger.info("points written", extra={"correlationId": batch.batch_id, "events": len(batch.events)})

    def _write_or_dead_letter(self, facts: Sequence[Fact]) -> None:
        """Write the points; if one is refused, bisect until it is found, and dead-letter only that one."""
        try:
            if facts:
                self._store.write(facts)
        except PermanentError as error:
            if len(facts) > 1:
                middle = len(facts) // 2
                self._write_or_dead_letter(facts[:middle])
                self._write_or_dead_letter(facts[middle:])
                return
            fact = facts[0]
            logger.warning("the point of event %s was refused: sent to the dead letters", fact.event.event_id)
            batch = Batch(
                batch_id=f"dead-{fact.event.event_id}",
                received_at=fact.received_at,
                events=[fact.event],
            )
            self._dead_letter(batch.to_json(), str(error))

    def _dead_letter(self, body: str, reason: str) -> None:
        attributes = {"reason": reason, "deadLetteredAt": rfc3339(self._clock())}
        self._dead_letters.send([OutboundMessage(body, attributes)])
