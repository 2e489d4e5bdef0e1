"""SQS with Lambda: how messages become batches, on every kind of queue.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

import asyncio
import hashlib
from typing import Any

import pytest

from runner.sources.sqs import source as mapping
from tests.runner.conftest import Rule
from tests.runner.pools import until
from tests.runner.queues import Handler, QueueUnderTest, emptied, feeding, is_empty, send

# A busy machine must not make a message visible again.
LONG = 60


def test_a_batch_has_at_most_batch_size_messages_and_each_is_delivered_once(rule: Rule) -> None:
    async def scenario(queue: QueueUnderTest) -> None:
        sent = [str(number) for number in range(7)]
        await send(queue, *sent)
        handler = Handler()
        async with feeding(handler, queue, batch_size=3):
            await emptied(queue)
        assert sorted(handler.bodies) == sent
        assert max(map(len, handler.batches)) <= 3

    rule(scenario, visibility_timeout=LONG)


def test_a_batching_window_gathers_messages_until_the_batch_is_full(rule: Rule) -> None:
    async def scenario(queue: QueueUnderTest) -> None:
        handler = Handler()
        async with feeding(handler, queue, batch_size=2, batching_window=60):
            await send(queue, "a")
            await asyncio.sleep(0.3)
            assert not handler.batches
            await send(queue, "b")
            await until(lambda: handler.batches)
            assert sorted(handler.bodies) == ["a", "b"]

    rule(scenario, visibility_timeout=LONG)


def test_the_end_of_a_batching_window_delivers_an_incomplete_batch(rule: Rule) -> None:
    async def scenario(queue: QueueUnderTest) -> None:
        await send(queue, "a")
        handler = Handler()
        async with feeding(handler, queue, batch_size=2, batching_window=0.3):
            await emptied(queue)
        assert handler.bodies == ["a"]

    rule(scenario, visibility_timeout=LONG)


def test_messages_that_arrive_during_an_invocation_become_one_batch(
    rule: Rule, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapping, "GATHER_SECONDS", LONG)

    async def scenario(queue: QueueUnderTest) -> None:
        async def more_meanwhile(records: list[dict[str, Any]]) -> None:
            if records[0]["body"] == "a":
                await send(queue, "b", "c", "d")

        handler = Handler(more_meanwhile)
        await send(queue, "a")
        async with feeding(handler, queue, pollers=3, batch_size=10):
            await emptied(queue)
        assert [[record["body"] for record in batch] for batch in handler.batches] == [["a"], ["b", "c", "d"]]

    rule(scenario, visibility_timeout=LONG)


@pytest.mark.parametrize(("batch_size", "gather_seconds"), [(10, 0.05), (1, LONG)], ids=["slow", "full"])
def test_a_slow_or_full_batch_does_not_delay_the_next(
    rule: Rule, monkeypatch: pytest.MonkeyPatch, batch_size: int, gather_seconds: float
) -> None:
    monkeypatch.setattr(mapping, "GATHER_SECONDS", gather_seconds)

    async def scenario(queue: QueueUnderTest) -> None:
        second = asyncio.Event()

        async def wait_for_the_second(records: list[dict[str, Any]]) -> None:
            if records[0]["body"] == "a":
                await send(queue, "b")
                await second.wait()
            second.set()

        handler = Handler(wait_for_the_second)
        await send(queue, "a")
        async with feeding(handler, queue, pollers=2, batch_size=batch_size):
            await emptied(queue)
        assert handler.bodies == ["a", "b"]

    rule(scenario, visibility_timeout=LONG)


def test_two_mappings_never_process_a_message_twice(rule: Rule) -> None:
    async def scenario(queue: QueueUnderTest) -> None:
        sent = [str(number) for number in range(24)]
        await send(queue, *sent)
        one, two = (Handler(lambda _: asyncio.sleep(0.02)) for _ in range(2))
        async with feeding(one, queue, pollers=3, batch_size=2), feeding(two, queue, pollers=3, batch_size=2):
            await emptied(queue)
        assert sorted(one.bodies + two.bodies) == sorted(sent)

    rule(scenario, visibility_timeout=LONG)


def test_stop_waits_for_a_running_batch(rule: Rule) -> None:
    async def scenario(queue: QueueUnderTest) -> None:
        await send(queue, "a")
        handler = Handler(lambda _: asyncio.sleep(0.3))
        async with feeding(handler, queue):
            await until(lambda: handler.batches)
        assert await is_empty(queue)

    rule(scenario, visibility_timeout=LONG)


def test_a_record_has_the_fields_of_sqs(rule: Rule) -> None:
    async def scenario(queue: QueueUnderTest) -> None:
        message_id = await queue.send("ä€😀", traceparent="00-ab")
        handler = Handler()
        async with feeding(handler, queue):
            await until(lambda: handler.batches)
        [[record]] = handler.batches
        attributes = record.pop("attributes")
        assert record.pop("receiptHandle")
        assert record == {
            "messageId": message_id,
            "body": "ä€😀",
            "messageAttributes": {
                "traceparent": {
                    "stringValue": "00-ab",
                    "stringListValues": [],
                    "binaryListValues": [],
                    "dataType": "String",
                }
            },
            "md5OfBody": hashlib.md5("ä€😀".encode()).hexdigest(),
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:jobs",
            "awsRegion": "us-east-1",
        }
        assert attributes["ApproximateReceiveCount"] == "1"
        assert int(attributes["SentTimestamp"]) <= int(attributes["ApproximateFirstReceiveTimestamp"])
        assert set(attributes) >= {"SenderId"}

    rule(scenario, visibility_timeout=LONG)
