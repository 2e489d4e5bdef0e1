"""Drain the events queue: store facts and progress, and queue points for the series and updates for dashboards."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from classpulse.core.errors import PermanentError, TransientError
from classpulse.core.metrics import (
    DEAD_LETTERS,
    EVENTS_DROPPED,
    EVENTS_REPEATED,
    EVENTS_STORED,
    STORE_DELAY,
    Meter,
    Metric,
    Silent,
)
from classpulse.core.moments import rfc3339
from classpulse.core.ports import Clock
from classpulse.ingest.batches import Batch, Fact, facts_of
from classpulse.ingest.error_names import error_name
from classpulse.ingest.events import Event
from classpulse.progress.ports import Announcer, FactStore, StoredClass
from classpulse.progress.updates import Changed
from classpulse.queues.ports import InboundMessage, OutboundMessage, Queue

logger = logging.getLogger(__name__)

# Charts do not use these fields, so they stay out of the series queue. Of an error message they need the error's name.
_NOT_IN_SERIES = {"code", "result", "metadata"}


@dataclass(frozen=True)
class Outputs:
    """The queues and the channel that consume sends to."""

    series: Queue
    updates: Queue
    dead_letters: Queue
    announcer: Announcer


class Consume:
    """The use case behind the events queue.

    Retries are safe: each event is stored once, points are idempotent, and an update carries the full state.
    not_erased: drops the events of erased students.
    """

    def __init__(
        self,
        store: FactStore,
        outputs: Outputs,
        clock: Clock,
        meter: Meter | None = None,
        *,
        not_erased: Callable[[Sequence[Fact]], list[Fact]],
    ) -> None:
        self._store = store
        self._not_erased = not_erased
        self._outputs = outputs
        self._clock = clock
        self._meter = meter or Silent()

    def __call__(self, messages: Sequence[InboundMessage]) -> None:
        """Return when everything is stored and sent on. Raises TransientError: all messages may then be redelivered."""
        batches = [batch for message in messages if (batch := self._read(message))]
        accepted = [fact for batch in batches for fact in facts_of(batch)]
        facts = self._not_erased(accepted)
        if dropped := len(accepted) - len(facts):
            self._meter.record({EVENTS_DROPPED: dropped})
        stored, kept = self._store_or_dead_letter(facts)
        self._outputs.series.send([OutboundMessage(body) for body in _series_bodies(batches, kept)])
        batch_ids = [batch.batch_id for batch in batches]
        self._outputs.updates.send([OutboundMessage(body) for body in _update_bodies(stored, batch_ids)])
        self._announce(stored, kept)
        self._report(batches, facts, stored, kept)

    def _report(
        self, batches: Sequence[Batch], facts: Sequence[Fact], stored: Sequence[StoredClass], kept: Sequence[Fact]
    ) -> None:
        now = self._clock()
        new = sum(len(of_class.stored) for of_class in stored)
        values: dict[Metric, float] = {EVENTS_STORED: new, EVENTS_REPEATED: len(kept) - new}
        if dead_letters := len(facts) - len(kept):
            values[DEAD_LETTERS] = dead_letters
        if batches:
            oldest = min(batch.received_at for batch in batches)
            values[STORE_DELAY] = round((now - oldest).total_seconds() * 1000, 1)
        self._meter.record(values)
        for batch in batches:
            logger.info("batch stored", extra={"correlationId": batch.batch_id, "events": len(batch.events)})

    def _read(self, message: InboundMessage) -> Batch | None:
        try:
            return Batch.model_validate_json(message.body)
        except ValidationError:
            logger.warning("message %s is not a batch: sent to the dead letters", message.message_id)
            self._dead_letter(message.body, {"reason": "the body is not a batch", "messageId": message.message_id})
            return None

    def _store_or_dead_letter(self, facts: Sequence[Fact]) -> tuple[list[StoredClass], list[Fact]]:
        """Store the facts; on a bad value, bisect until its event is found, and dead-letter only that one."""
        try:
            return self._store.store(facts), list(facts)
        except PermanentError as error:
            if len(facts) == 1:
                self._dead_letter_fact(facts[0], error)
                return [], []
        middle = len(facts) // 2
        first_stored, first_kept = self._store_or_dead_letter(facts[:middle])
        second_stored, second_kept = self._store_or_dead_letter(facts[middle:])
        return first_stored + second_stored, first_kept + second_kept

    def _dead_letter_fact(self, fact: Fact, error: PermanentError) -> None:
        logger.warning("event %s cannot be stored: sent to the dead letters", fact.event.event_id)
        batch = Batch(
            batch_id=f"dead-{fact.event.event_id}",
            received_at=fact.received_at,
            events=[fact.event],
        )
        self._dead_letter(batch.to_json(), {"reason": str(error), "eventId": fact.event.event_id})

    def _dead_letter(self, body: str, attributes: dict[str, str]) -> None:
        timestamp = {"deadLetteredAt": rfc3339(self._clock())}
        self._outputs.dead_letters.send([OutboundMessage(body, attributes | timestamp)])

    def _announce(self, stored: Sequence[StoredClass], facts: Sequence[Fact]) -> None:
        new = {identity for of_class in stored for identity in of_class.stored}
        try:
            self._outputs.announcer.announce([fact for fact in facts if fact.identity in new])
        except TransientError:
            # Nothing depends on announcements: a failed one is no reason to retry the batch.
            logger.warning("stored facts were not announced", exc_info=True)


def _series_bodies(batches: Sequence[Batch], kept: Sequence[Fact]) -> Iterator[str]:
    stored = {fact.identity for fact in kept}
    for batch in batches:
        events = [_with_error_name(fact.event) for fact in facts_of(batch) if fact.identity in stored]
        if events:
            yield batch.with_events(events).model_dump_json(
                by_alias=True, exclude_none=True, exclude={"events": {"__all__": _NOT_IN_SERIES}}
            )


def _with_error_name(event: Event) -> Event:
    if not event.error_message:
        return event
    return event.replaced({"error_message": error_name(event.error_message)}, event.model_extra or {})


def _update_bodies(stored: Sequence[StoredClass], batch_ids: list[str]) -> Iterator[str]:
    for of_class in stored:
        update = Changed(
            class_id=of_class.class_id,
            revision=of_class.revision,
            students=of_class.students,
            cells=of_class.cells,
            correlation_ids=batch_ids,
            changed_teams=sorted(of_class.changed_teams),
        )
        yield from update.bodies()
