"""SQS with Lambda: redelivery and dead letters, on every kind of queue.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import asyncio
from collections import Counter

import pytest

from runner.sources.sqs import source as mapping_module
from tests.runner.conftest import Rule
from tests.runner.pools import until
from tests.runner.queues import Handler, QueueUnderTest, emptied, failed, feeding, send


def test_only_the_messages_that_a_partial_batch_response_names_are_redelivered(rule: Rule) -> None:
    async def scenario(queue: QueueUnderTest) -> None:
        await send(queue, "good", "bad", "fine")
        handler = Handler(
            lambda records: failed(
                *(
                    one
                    for one in records
                    if one["body"] == "bad" and one["attributes"]["ApproximateReceiveCount"] == "1"
                )
            )
        )
        async with feeding(handler, queue, batching_window=0.3, batch_size=3):
            await emptied(queue)
        assert Counter(handler.bodies) == {"good": 1, "bad": 2, "fine": 1}
        assert handler.receive_counts == [1, 1, 1, 2]

    rule(scenario)


def test_without_report_batch_item_failures_the_answer_is_ignored(rule: Rule) -> None:
    async def scenario(queue: QueueUnderTest) -> None:
        await send(queue, "a")
        handler = Handler(lambda records: failed(*records))
        async with feeding(handler, queue, reports_item_failures=False):
            await emptied(queue)
        assert handler.bodies == ["a"]

    rule(scenario)


def test_a_handler_that_raises_gets_its_complete_batch_again(rule: Rule) -> None:
    async def scenario(queue: QueueUnderTest) -> None:
        await send(queue, "a", "b")
        handler = Handler(lambda _: LookupError() if len(handler.batches) == 1 else None)
        async with feeding(handler, queue, batching_window=0.3, batch_size=2):
            await until(lambda: len(handler.batches) == 1)
            depth = await queue.depth()
            assert (depth.waiting, depth.in_flight) == (0, 2)
            await emptied(queue)
        assert [sorted(record["body"] for record in batch) for batch in handler.batches] == [["a", "b"]] * 2
        assert handler.receive_counts == [1, 1, 2, 2]

    rule(scenario)


def test_a_redelivered_message_is_the_same_message(rule: Rule) -> None:
    async def scenario(queue: QueueUnderTest) -> None:
        await send(queue, "a")
        handler = Handler(lambda _: LookupError() if len(handler.batches) == 1 else None)
        async with feeding(handler, queue):
            await emptied(queue)
        [first], [second] = handler.batches
        assert first["messageId"] == second["messageId"]
        assert first["attributes"]["SentTimestamp"] == second["attributes"]["SentTimestamp"]
        # Approximate by its name: the queue's clock and the runner's read it. The redelivery is a second later.
        times = [int(record["attributes"]["ApproximateFirstReceiveTimestamp"]) for record in (first, second)]
        assert abs(times[1] - times[0]) < 100

    rule(scenario)


def test_after_max_receive_count_a_message_is_dead_lettered_and_the_others_continue(rule: Rule) -> None:
    async def scenario(queue: QueueUnderTest) -> None:
        body = '{"text": "ä€😀\u2028", "n": 1.50}'
        await queue.send(body, traceparent="00-ab")
        await queue.send("good")
        handler = Handler(lambda records: failed(*(record for record in records if record["body"] == body)))
        async with feeding(handler, queue):
            await emptied(queue)
        assert Counter(handler.bodies) == {body: 2, "good": 1}
        [dead] = await queue.receive_dead()
        assert dead.body == body
        assert dead.attributes["traceparent"] == "00-ab"

    rule(scenario)


def test_a_batch_that_stop_interrupts_is_redelivered(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping_module, "STOP_SECONDS", 0.1)

    async def scenario(queue: QueueUnderTest) -> None:
        await send(queue, "a")
        slow, later = Handler(lambda _: asyncio.sleep(60)), Handler()
        async with feeding(slow, queue):
            await until(lambda: slow.batches)
        async with feeding(later, queue):
            await emptied(queue)
        assert (later.bodies, later.receive_counts) == (["a"], [2])

    rule(scenario)
