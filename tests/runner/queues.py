"""A queue, a handler and an event source mapping between them, to test the rules of SQS."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Protocol

from runner.functions.outcome import Outcome
from runner.sources.sqs.endpoint import SqsQueue, create_queues, sqs_client
from runner.sources.sqs.queue import Depth, SourceQueue
from runner.sources.sqs.source import EventSourceMapping
from runner.sources.sqs.streams import StreamQueue, stream_of
from runner.sources.sqs.streams_backend import streams_client
from runner.sources.sqs.template import EventSource
from runner.template.model import Queue

QUEUE = Queue("jobs", visibility_timeout=1, retention=600, dead_letter_queue="jobs-dead", max_receive_count=2)


@dataclass(frozen=True)
class Dead:
    """A message in the dead-letter queue."""

    body: str
    attributes: dict[str, str]


class QueueUnderTest(Protocol):
    """A queue of the kind under test, seen from both ends."""

    queue: Queue

    def source(self) -> SourceQueue:
        """A new consumer."""

    async def send(self, body: str, **attributes: str) -> str:
        """Send a message; return its id."""

    async def receive_dead(self) -> list[Dead]:
        """Return the messages of the dead-letter queue."""

    async def depth(self) -> Depth:
        """Return the depth of the queue."""

    async def close(self) -> None:
        """Close the connections."""


class StreamUnderTest:
    """A queue on a Redis stream."""

    def __init__(self, redis_url: str, **settings: Any) -> None:
        self.queue = replace(QUEUE, **settings)
        self.redis: Any = streams_client(redis_url)

    def source(self, *, exclusive: bool = False) -> StreamQueue:
        return StreamQueue(self.redis, self.queue, exclusive=exclusive)

    async def send(self, body: str, **attributes: str) -> str:
        fields = {"body": body} | ({"attributes": json.dumps(attributes)} if attributes else {})
        return await self.add(**fields)

    async def add(self, entry_id: str = "*", /, **fields: str | bytes) -> str:
        """Add a malformed entry."""
        added: bytes = await self.redis.xadd(stream_of(self.queue.name), fields, id=entry_id)
        return added.decode()

    async def receive_dead(self) -> list[Dead]:
        entries = await self.redis.xrange(stream_of(str(self.queue.dead_letter_queue)))
        return [
            Dead(fields[b"body"].decode(errors="replace"), json.loads(fields[b"attributes"])) for _, fields in entries
        ]

    async def depth(self) -> Depth:
        return await self.source().depth()

    async def close(self) -> None:
        await self.redis.aclose()


class SqsUnderTest:
    """A queue at an SQS endpoint."""

    def __init__(self, endpoint: str, **settings: Any) -> None:
        self.queue = replace(QUEUE, **settings)
        self._dead = Queue(str(self.queue.dead_letter_queue), 30, 600, None, None)
        self._client = sqs_client(endpoint)
        self._urls = create_queues(self._client, {queue.name: queue for queue in (self.queue, self._dead)})

    def source(self) -> SqsQueue:
        return SqsQueue(self._client, self._urls[self.queue.name], self.queue)

    async def send(self, body: str, **attributes: str) -> str:
        answer = await asyncio.to_thread(
            self._client.send_message,
            QueueUrl=self._urls[self.queue.name],
            MessageBody=body,
            MessageAttributes={
                name: {"StringValue": value, "DataType": "String"} for name, value in attributes.items()
            },
        )
        message_id: str = answer["MessageId"]
        return message_id

    async def receive_dead(self) -> list[Dead]:
        messages = await SqsQueue(self._client, self._urls[self._dead.name], self._dead).receive(10, 0)
        return [Dead(message.body, message.attributes) for message in messages]

    async def depth(self) -> Depth:
        return await self.source().depth()

    async def close(self) -> None:
        for url in self._urls.values():
            await asyncio.to_thread(self._client.delete_queue, QueueUrl=url)
        self._client.close()


class Handler:
    """A function that remembers its batches. answer: records -> the handler's answer, or the exception it raises."""

    def __init__(self, answer: Callable[[list[dict[str, Any]]], Any] = lambda _: None) -> None:
        self.batches: list[list[dict[str, Any]]] = []
        self._answer = answer

    async def __call__(self, payload: bytes) -> Outcome:
        records = json.loads(payload)["Records"]
        self.batches.append(records)
        answer = self._answer(records)
        if isinstance(answer, Awaitable):
            answer = await answer
        if isinstance(answer, Exception):
            return Outcome(json.dumps({"errorMessage": str(answer)}).encode(), failed=True)
        return Outcome(json.dumps(answer).encode())

    @property
    def bodies(self) -> list[str]:
        """Of every record so far."""
        return [record["body"] for batch in self.batches for record in batch]

    @property
    def receive_counts(self) -> list[int]:
        """Of every record so far."""
        return [int(record["attributes"]["ApproximateReceiveCount"]) for batch in self.batches for record in batch]


def failed(*records: dict[str, Any]) -> dict[str, Any]:
    """A partial batch response that names the records."""
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in records]}


@asynccontextmanager
async def feeding(
    handler: Handler,
    queue: QueueUnderTest,
    source: SourceQueue | None = None,
    *,
    pollers: int = 1,
    **settings: Any,
) -> AsyncIterator[EventSourceMapping]:
    """A mapping that hands the queue's messages to the handler."""
    plain = {"batch_size": 10, "batching_window": 0.0, "reports_item_failures": True, "maximum_concurrency": None}
    event_source = EventSource(function="Fn", queue=queue.queue, **(plain | settings))
    mapping = EventSourceMapping(event_source, source or queue.source(), handler, pollers)
    mapping.start()
    try:
        yield mapping
    finally:
        await mapping.stop()


async def is_empty(queue: QueueUnderTest) -> bool:
    """Whether no message waits and none is in flight."""
    depth = await queue.depth()
    return depth.waiting == depth.in_flight == 0


async def emptied(queue: QueueUnderTest) -> None:
    """Wait until every message is processed."""
    for _ in range(3000):
        if await is_empty(queue):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"the queue is not empty: {await queue.depth()}")


async def send(queue: QueueUnderTest, *bodies: str) -> None:
    """Send messages in this order."""
    for body in bodies:
        await queue.send(body)
