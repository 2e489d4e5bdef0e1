"""Which messages to try individually, and when to give one up: see docs/decisions/0006-what-fails-fails-alone.md."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from classpulse.core.errors import StoreUnavailable, TransientError
from classpulse.core.metrics import DEAD_LETTERS, Meter, Silent
from classpulse.core.moments import rfc3339
from classpulse.core.ports import Clock
from classpulse.queues.ports import InboundMessage, OutboundMessage, Queue, TryMarks

logger = logging.getLogger(__name__)

MOST_TRIES = 2
# Marks beyond the last try: the message is being taken apart; it was given up. The second stays until it expires: the
# message comes again if the invocation is killed afterwards.
_TAKING_APART = MOST_TRIES + 1
_GIVEN_UP = MOST_TRIES + 2
# An individual try needs nearly all the time of an invocation: a statement that waits for a lock, for example, has to
# fail in it, with an error of its own. A part is small.
SHARE_OF_A_MESSAGE = 0.85
_SHARE_OF_A_PART = 0.5
GIVEN_UP = "two tries of it alone did not finish: it takes too much time or memory"

# Processes messages; returns the ids of those to retry.
Process = Callable[[Sequence[InboundMessage]], list[str]]
# Returns the bodies of the parts of a message's body, which can be processed individually; none if it has only one.
Parts = Callable[[str], Sequence[str]]


class Context(Protocol):
    """What the functions use of Lambda's context object."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the time until the invocation is ended."""


class TimeLeft:
    """The time that an invocation has left."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._all = self.seconds()

    def seconds(self) -> float:
        """Return the seconds left."""
        return self._context.get_remaining_time_in_millis() / 1000

    def is_at_least(self, share: float) -> bool:
        """Return whether that share of the invocation's time is left."""
        return self.seconds() >= share * self._all


def no_parts(_body: str) -> Sequence[str]:
    """See Parts: a message that is one piece."""
    return ()


@dataclass(frozen=True)
class GivingUp:
    """How a message is given up. check raises TransientError during an outage: nothing is then tried, or given up."""

    dead_letters: Queue
    clock: Clock
    check: Callable[[], None]
    parts: Parts = no_parts
    meter: Meter = field(default_factory=Silent)


class Tries:
    """Tries messages individually whose earlier try did not finish: a timeout, or a worker that was killed."""

    def __init__(self, marks: TryMarks, giving_up: GivingUp) -> None:
        self._marks = marks
        self._giving_up = giving_up

    def begin(self, messages: Sequence[InboundMessage], time: TimeLeft) -> Mapping[str, int]:
        """Mark a batch; return the messages to try individually, with their unfinished individual tries.

        Without Redis none: an outage of Redis must not stop the queue.
        """
        try:
            return self._marks.begin([message.message_id for message in messages], time.seconds())
        except StoreUnavailable:
            logger.warning("messages are processed without marks", exc_info=True)
            return {}

    def finish(self, message_ids: Sequence[str]) -> None:
        """Remove the marks of tries that finished, whether they succeeded or failed."""
        try:
            self._marks.finish(message_ids)
        except StoreUnavailable:
            logger.warning("marks remain: their messages, if they come again, are tried individually", exc_info=True)

    def individually(
        self, messages: Sequence[InboundMessage], tries: Mapping[str, int], process: Process, time: TimeLeft
    ) -> list[str]:
        """Try each message by itself, the least suspected first; return the ids of those to retry."""
        unsettled = sorted(messages, key=lambda message: tries[message.message_id])
        failed: list[str] = []
        try:
            self._giving_up.check()
            while unsettled and time.is_at_least(SHARE_OF_A_MESSAGE):
                message = unsettled[0]
                failed += self._one(message, tries[message.message_id], process, time)
                del unsettled[0]
        except TransientError:
            # Not raised: messages that were settled before would be delivered again.
            logger.warning("a dependency is unavailable: %d messages wait", len(unsettled), exc_info=True)
        return failed + [message.message_id for message in unsettled]

    def _one(self, message: InboundMessage, tries: int, process: Process, time: TimeLeft) -> list[str]:
        if tries < MOST_TRIES:
            return self._try(message, tries, process, time)
        parts = self._parts(message, time) if tries == MOST_TRIES else ()
        if parts:
            return self._try_parts(message, parts, process, time)
        if tries < _GIVEN_UP:
            self._give_up(message, message.message_id)
        return []

    def _try(self, message: InboundMessage, tries: int, process: Process, time: TimeLeft) -> list[str]:
        self._marks.begin_one(message.message_id, tries + 1, time.seconds())
        try:
            failed = process([message])
        except MemoryError:
            # It would have been killed elsewhere: the mark stays.
            logger.exception("message %s exhausted the memory", message.message_id)
            return [message.message_id]
        except BaseException:
            self.finish([message.message_id])
            raise
        self.finish([message.message_id])
        return failed

    def _parts(self, message: InboundMessage, time: TimeLeft) -> Sequence[InboundMessage]:
        """Return the message's parts; a message that cannot even be taken apart is given up at its next delivery."""
        self._marks.begin_one(message.message_id, _TAKING_APART, time.seconds())
        bodies = self._giving_up.parts(message.body)
        self._marks.begin_one(message.message_id, MOST_TRIES, 0)
        return [InboundMessage(f"{message.message_id}/{place}", body) for place, body in enumerate(bodies)]

    def _try_parts(
        self, message: InboundMessage, parts: Sequence[InboundMessage], process: Process, time: TimeLeft
    ) -> list[str]:
        """Try each part by itself, so that only one event of a message becomes a dead letter."""
        ids = [part.message_id for part in parts]
        tries = {**dict.fromkeys(ids, 0), **self._marks.begin(ids, time.seconds())}
        unsettled = False
        for part in sorted(parts, key=lambda part: tries[part.message_id]):
            if not time.is_at_least(_SHARE_OF_A_PART):
                return [message.message_id]
            if tries[part.message_id] < MOST_TRIES:
                unsettled |= bool(self._try(part, tries[part.message_id], process, time))
            elif tries[part.message_id] < _GIVEN_UP:
                self._give_up(part, message.message_id)
        if unsettled:
            return [message.message_id]
        self._marks.begin_one(message.message_id, _GIVEN_UP, 0)
        return []

    def _give_up(self, message: InboundMessage, message_id: str) -> None:
        logger.error("message %s is given up: sent to the dead letters", message_id)
        now = rfc3339(self._giving_up.clock())
        attributes = {"reason": GIVEN_UP, "deadLetteredAt": now, "messageId": message_id}
        self._giving_up.dead_letters.send([OutboundMessage(message.body, attributes)])
        self._marks.begin_one(message.message_id, _GIVEN_UP, 0)
        self._giving_up.meter.record({DEAD_LETTERS: 1})
