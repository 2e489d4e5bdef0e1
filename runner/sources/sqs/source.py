"""An event source mapping: polls a queue and invokes a function with batches, as Lambda's pollers do."""

import asyncio
import logging
import math
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Protocol

from runner.functions.outcome import MAX_PAYLOAD, Outcome
from runner.sources.kind import Host
from runner.sources.sqs.event import sqs_event, succeeded
from runner.sources.sqs.queue import Message, QueueUnavailable, SourceQueue
from runner.sources.sqs.template import EventSource

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
STOP_SECONDS = 4.0
LONGEST_PAUSE = 5.0
# While a batch is handled, messages are gathered for this long, so that they form one batch.
GATHER_SECONDS = 0.05

Invoke = Callable[[bytes], Awaitable[Outcome]]


class QueueHost(Host, Protocol):
    """A system that has queues."""

    @property
    def queues(self) -> Mapping[str, SourceQueue]:
        """The template's queues, by name."""


def make(source: EventSource, host: QueueHost) -> "EventSourceMapping":
    """See Kind.make: as many pollers as invocations of the function may run at one time."""
    most = host.most_workers(source.function)
    pollers = min(source.maximum_concurrency or most, most)
    return EventSourceMapping(
        source, host.queues[source.queue.name], partial(host.invoke, source.function), max(1, pollers)
    )


class EventSourceMapping:
    """Runs `pollers` loops of receive, invoke, acknowledge; each has one batch in flight.

    One poller receives at a time. The next one starts at once after a full batch, and otherwise when the batch has been
    handled, or after GATHER_SECONDS: under load batches grow first, then the number of invocations.
    """

    def __init__(self, source: EventSource, queue: SourceQueue, invoke: Invoke, pollers: int) -> None:
        self.source = source
        self.queue = queue
        self._invoke = invoke
        self._pollers = pollers
        self._tasks: list[asyncio.Task[None]] = []
        self._receiving = asyncio.Lock()
        self._stopping = False
        self._unavailable = False
        self._available_at = -math.inf

    def start(self) -> None:
        """Start polling; during an outage of the queue, retry."""
        self._tasks = [asyncio.create_task(self._poll()) for _ in range(self._pollers)]

    async def stop(self) -> None:
        """Receive no more; wait STOP_SECONDS for running batches. Messages of cancelled ones become visible again."""
        self._stopping = True
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self.queue.close()

    async def _poll(self) -> None:
        pause = 0.0
        opened = False
        while not self._stopping:
            began = time.monotonic()
            try:
                if not opened:
                    await self.queue.open()
                    opened = True
                    self._available()
                await self._one_batch()
                pause = 0.0
            except QueueUnavailable as error:
                self._lost(error, began)
                opened = False
                pause = await _sleep_longer(pause)
            except Exception:
                log.exception("polling %s failed; its messages will be received again", self.source.queue.name)
                pause = await _sleep_longer(pause)

    async def _one_batch(self) -> None:
        with ExitStack() as turn:
            await self._receiving.acquire()
            turn.callback(self._receiving.release)
            messages = await self._collect()
            if not messages:
                return
            patience = GATHER_SECONDS if len(messages) < self.source.batch_size else 0.0
            asyncio.get_running_loop().call_later(patience, turn.close)
            for part in _within_payload_limit(messages, self.source.queue.arn):
                outcome = await self._invoke(sqs_event(part, self.source.queue.arn))
                await self.queue.acknowledge(succeeded(part, outcome, self.source.reports_item_failures))

    async def _collect(self) -> list[Message]:
        """Wait for a first message, then for more until the batch is full or the batching window ends."""
        messages = await self.queue.receive(self.source.batch_size, POLL_SECONDS)
        deadline = time.monotonic() + self.source.batching_window
        while messages and len(messages) < self.source.batch_size and not self._stopping:
            left = deadline - time.monotonic()
            if left <= 0:
                break
            try:
                messages += await self.queue.receive(self.source.batch_size - len(messages), left)
            except QueueUnavailable:
                # Invoke with the messages gathered so far; the next receive reports the outage.
                break
        return messages

    def _lost(self, error: QueueUnavailable, began: float) -> None:
        # An operation that began before the queue was available again reports the outage that has ended.
        if not self._unavailable and began > self._available_at:
            self._unavailable = True
            log.warning("queue %s is unavailable (%s): retrying", self.source.queue.name, error)

    def _available(self) -> None:
        if self._unavailable:
            self._unavailable = False
            self._available_at = time.monotonic()
            log.warning("queue %s is available again", self.source.queue.name)


async def _sleep_longer(pause: float) -> float:
    """Back off exponentially, with jitter; return the pause."""
    pause = min(LONGEST_PAUSE, pause * 2 or 0.1)
    await asyncio.sleep(random.uniform(pause / 2, pause))  # noqa: S311
    return pause


def _within_payload_limit(messages: list[Message], arn: str) -> list[list[Message]]:
    """Split a batch whose event would exceed Lambda's payload limit."""
    if len(messages) == 1 or len(sqs_event(messages, arn)) <= MAX_PAYLOAD:
        return [messages]
    half = len(messages) // 2
    return _within_payload_limit(messages[:half], arn) + _within_payload_limit(messages[half:], arn)
