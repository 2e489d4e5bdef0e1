"""Rules of a queue on a Redis stream only: its entries, its outages, and the messages of a killed runner."""

import asyncio
import logging
import re
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
import redis

from runner.sources.sqs import streams
from runner.sources.sqs.queue import Message, QueueUnavailable
from runner.sources.sqs.streams import StreamQueue, stream_of
from tests.runner.pools import until
from tests.runner.queues import Handler, StreamUnderTest, emptied, failed, feeding
from tests.servers import LoopThread, embedded_redis

Try = Callable[..., None]


@pytest.fixture
def with_stream(loop_thread: LoopThread, redis_url: str) -> Try:
    def run(scenario: Callable[[StreamUnderTest], Coroutine[Any, Any, None]], **settings: Any) -> None:
        async def within() -> None:
            queue = StreamUnderTest(redis_url, **settings)
            try:
                await queue.source().open()
                await scenario(queue)
            finally:
                await queue.close()

        loop_thread.run(within())

    return run


def test_a_dead_letter_has_its_source_queue_and_reason(with_stream: Try) -> None:
    async def scenario(queue: StreamUnderTest) -> None:
        message_id = await queue.send("{}", traceparent="00-ab")
        handler = Handler(lambda _: LookupError())
        async with feeding(handler, queue):
            await emptied(queue)
        assert handler.receive_counts == [1, 2]
        [dead] = await queue.receive_dead()
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", dead.attributes.pop("deadLetteredAt"))
        assert dead.attributes == {
            "reason": "received 2 times",
            "sourceQueue": "jobs",
            "messageId": message_id,
            "traceparent": "00-ab",
        }

    with_stream(scenario)


ODD = [
    {"body": b"\xff\xfe {"},
    {"other": "no body"},
    {"body": "1", "attributes": "no JSON"},
    {"body": "1", "attributes": b"\xff"},
    {"body": "1", "attributes": "[1, 2]"},
    {"body": "1", "attributes": "null"},
    {"body": "1", "attributes": '{"deep": {"list": []}, "null": null}'},
]


@pytest.mark.parametrize(
    "entries",
    [
        pytest.param(ODD, id="malformed fields"),
        pytest.param([{"body": "1", "attributes": '{"a": NaN, "b": 1e999}'}], id="numbers that JSON lacks"),
        pytest.param([{"body": "1", "attributes": "[" * 100_000}], id="nested too deeply"),
        pytest.param([{"body": "1", "attributes": '{"a": "\\ud800"}'}], id="lone surrogate"),
    ],
)
def test_a_malformed_entry_does_not_stop_the_queue(with_stream: Try, entries: list[dict[str, str | bytes]]) -> None:
    async def scenario(queue: StreamUnderTest) -> None:
        for fields in entries:
            await queue.add(**fields)
        await queue.send("good")
        handler = Handler(lambda records: failed(*(one for one in records if one["body"] != "good")))
        async with feeding(handler, queue, batch_size=20):
            await emptied(queue)
        assert Counter(handler.bodies)["good"] == 1
        assert len(handler.bodies) == len(entries) + 1
        assert len(await queue.receive_dead()) == len(entries)

    with_stream(scenario, max_receive_count=1)


async def handled_with_one_too_old(queue: StreamUnderTest) -> list[str]:
    await queue.add(f"{int(time.time() * 1000) - 61_000}-0", body="old")
    await queue.send("new")
    handler = Handler()
    async with feeding(handler, queue):
        await emptied(queue)
    return handler.bodies


def test_messages_older_than_the_retention_period_are_deleted_and_counted(
    with_stream: Try, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(streams, "TRIM_SECONDS", 0.0)

    async def scenario(queue: StreamUnderTest) -> None:
        assert await handled_with_one_too_old(queue) == ["new"]

    with_stream(scenario, retention=60)
    [line] = caplog.messages
    assert line == "jobs: 1 messages were older than its retention period of 60 s and are deleted"


def test_messages_that_expired_while_no_runner_ran_are_processed_first(with_stream: Try) -> None:
    async def scenario(queue: StreamUnderTest) -> None:
        assert await handled_with_one_too_old(queue) == ["old", "new"]

    with_stream(scenario, retention=60)


def test_the_in_flight_messages_of_a_killed_runner_are_visible_at_once(with_stream: Try) -> None:
    async def scenario(queue: StreamUnderTest) -> None:
        await queue.send("a")
        await queue.send("b")
        killed = queue.source()
        await killed.open()
        assert len(await killed.receive(10, 0)) == 2
        for _ in range(3):
            # Opening the queue does not count as a receive.
            after = queue.source(exclusive=True)
            await after.open()
        found = await after.receive(10, 0)
        assert [(message.body, message.receive_count) for message in found] == [("a", 2), ("b", 2)]
        other = queue.source()
        await other.open()
        assert await other.receive(10, 0.01) == []

    with_stream(scenario, visibility_timeout=3600)


def test_depth_counts_waiting_and_in_flight_messages(with_stream: Try) -> None:
    async def scenario(queue: StreamUnderTest) -> None:
        assert (await queue.depth()).oldest == 0.0
        await queue.add(f"{int(time.time() * 1000) - 30_000}-0", body="old")
        await queue.send("new")
        source = queue.source()
        [message] = await source.receive(1, 0)
        depth = await queue.depth()
        assert (depth.waiting, depth.in_flight) == (1, 1)
        assert depth.oldest >= 30
        await source.acknowledge([message])
        await source.acknowledge([])
        depth = await queue.depth()
        assert (depth.waiting, depth.in_flight) == (1, 0)
        # Acknowledged messages are deleted: the stream does not grow.
        assert await queue.redis.xlen(stream_of("jobs")) == 1

    with_stream(scenario)


def test_a_batch_too_large_for_one_event_is_split(with_stream: Try) -> None:
    async def scenario(queue: StreamUnderTest) -> None:
        bodies = [letter * 2_500_000 for letter in "abc"]
        for body in bodies:
            await queue.send(body)
        handler = Handler()
        async with feeding(handler, queue):
            await emptied(queue)
        assert handler.bodies == bodies
        assert len(handler.batches) == 2

    with_stream(scenario)


def test_a_deleted_stream_is_created_again(with_stream: Try) -> None:
    async def scenario(queue: StreamUnderTest) -> None:
        handler = Handler()
        async with feeding(handler, queue):
            await queue.redis.delete(stream_of("jobs"))
            await queue.send("a")
            await until(lambda: handler.bodies == ["a"])

    with_stream(scenario)


def test_pollers_resume_after_an_outage(
    loop_thread: LoopThread, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "runner.sources.sqs.source")

    async def scenario() -> None:
        server = embedded_redis(tmp_path)
        await server.start()
        queue = StreamUnderTest(server.url)
        handler = Handler()
        try:
            async with feeding(handler, queue, pollers=3):
                await queue.send("before")
                await until(lambda: handler.bodies == ["before"])
                await server.stop()
                with pytest.raises(QueueUnavailable):
                    await queue.depth()
                await until(lambda: "is unavailable" in caplog.text)
                await server.start_again()
                with redis.Redis.from_url(server.url) as client:
                    client.xadd(stream_of("jobs"), {"body": "after"})
                await until(lambda: handler.bodies == ["before", "after"])
        finally:
            await queue.close()
            await server.stop()

    loop_thread.run(scenario())
    logged = [record.message.split("(")[0].strip() for record in caplog.records if "queue jobs" in record.message]
    assert logged == ["queue jobs is unavailable", "queue jobs is available again"]


def test_opening_the_queue_again_does_not_disturb_other_pollers(with_stream: Try) -> None:
    async def scenario(queue: StreamUnderTest) -> None:
        source = queue.source()
        await source.open()
        for _ in range(20):
            await asyncio.gather(source.open(), source.receive(1, 0.01), source.open(), source.receive(1, 0.01))

    with_stream(scenario)


class LateQueue(StreamQueue):
    """A queue whose outage one poller notices at once, and another only after its end."""

    def __init__(self, queue: StreamUnderTest) -> None:
        super().__init__(queue.redis, queue.queue)
        self.receives = 0
        self.opens = 0

    async def open(self) -> None:
        self.opens += 1
        await super().open()

    async def receive(self, most: int, wait: float) -> list[Message]:
        self.receives += 1
        match self.receives:
            case 1:
                raise QueueUnavailable("at once")
            case 2:
                await until(lambda: self.opens == 3)
                await asyncio.sleep(0.05)
                raise QueueUnavailable("late")
        return await super().receive(most, wait)


def test_an_outage_is_logged_once_even_if_a_poller_notices_it_late(
    with_stream: Try, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "runner.sources.sqs.source")

    async def scenario(queue: StreamUnderTest) -> None:
        source = LateQueue(queue)
        async with feeding(Handler(), queue, source, pollers=2):
            await until(lambda: source.opens == 4)
            await until(lambda: source.receives >= 4)

    with_stream(scenario)
    assert [record.message.split(" (")[0] for record in caplog.records] == [
        "queue jobs is unavailable",
        "queue jobs is available again",
    ]
