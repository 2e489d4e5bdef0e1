"""Rules of SQS only; test_event_source.py and test_redelivery.py have the rules for both kinds of queue.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html
The endpoint is moto's. Where it differs from AWS, a comment gives the documented behaviour.
"""

import asyncio
import json
import uuid
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from runner.errors import RunnerError
from runner.sources.sqs.endpoint import SqsQueue, create_queues, sqs_client
from runner.sources.sqs.endpoint_backend import SqsBackend
from runner.sources.sqs.queue import Message, QueueUnavailable
from runner.template.model import Queue
from tests.runner.queues import Handler, SqsUnderTest, emptied, feeding, send
from tests.servers import LoopThread

TrySqs = Callable[[Callable[[SqsUnderTest], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def client(sqs_endpoint: str) -> Iterator[Any]:
    found = sqs_client(sqs_endpoint)
    yield found
    found.close()


@pytest.fixture
def queues() -> dict[str, Queue]:
    """A queue and its dead-letter queue under unique names, the dependent one first."""
    name = f"made-{uuid.uuid4().hex}"
    jobs = Queue(name, 20, 600, f"{name}-dead", 3)
    return {found.name: found for found in (jobs, Queue(f"{name}-dead", 30, 1200, None, None))}


@pytest.fixture
def with_sqs(loop_thread: LoopThread, sqs_endpoint: str) -> TrySqs:
    def run(scenario: Callable[[SqsUnderTest], Coroutine[Any, Any, None]]) -> None:
        async def within() -> None:
            queue = SqsUnderTest(sqs_endpoint, visibility_timeout=30)
            try:
                await scenario(queue)
            finally:
                await queue.close()

        loop_thread.run(within())

    return run


def attributes(client: Any, url: str) -> dict[str, str]:
    found: dict[str, str] = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return found


def test_queues_are_created_with_the_templates_settings(client: Any, queues: dict[str, Queue]) -> None:
    urls = create_queues(client, queues)
    name, dead = queues
    found = attributes(client, urls[name])
    assert (found["VisibilityTimeout"], found["MessageRetentionPeriod"]) == ("20", "600")
    policy = json.loads(found["RedrivePolicy"])
    assert policy["deadLetterTargetArn"] == attributes(client, urls[dead])["QueueArn"]
    assert int(policy["maxReceiveCount"]) == 3


def test_an_existing_queue_keeps_its_messages(client: Any, queues: dict[str, Queue]) -> None:
    urls = create_queues(client, queues)
    name = next(iter(queues))
    client.send_message(QueueUrl=urls[name], MessageBody="kept")
    assert create_queues(client, queues) == urls
    assert attributes(client, urls[name])["ApproximateNumberOfMessages"] == "1"


def test_a_changed_setting_of_the_template_is_applied(client: Any, queues: dict[str, Queue]) -> None:
    """CreateQueue fails with QueueNameExists for a queue that has other attributes."""
    urls = create_queues(client, queues)
    name = next(iter(queues))
    client.send_message(QueueUrl=urls[name], MessageBody="kept")
    assert create_queues(client, queues | {name: replace(queues[name], visibility_timeout=21)}) == urls
    found = attributes(client, urls[name])
    assert (found["VisibilityTimeout"], found["ApproximateNumberOfMessages"]) == ("21", "1")


def test_a_queue_that_the_endpoint_refuses_is_not_reported_as_an_outage(client: Any) -> None:
    with pytest.raises(RunnerError, match="refuses the queue no name for a queue: ") as failure:
        create_queues(client, {"Jobs": Queue("no name for a queue", 20, 600, None, None)})
    assert "is it up?" not in str(failure.value)


def test_an_unreachable_endpoint_is_reported(
    loop_thread: LoopThread, unused_port: int, queues: dict[str, Queue]
) -> None:
    endpoint = f"http://127.0.0.1:{unused_port}"
    backend = SqsBackend(endpoint)
    with pytest.raises(RunnerError, match=r"is it up\?") as failure:
        backend.prepare(queues)
    assert endpoint in str(failure.value)
    # The template is read before the endpoint is needed, to report its errors first.
    assert backend.url_of("jobs") == f"{endpoint}/jobs"
    assert backend.dead_letters("jobs-dead", "jobs") is None
    loop_thread.run(backend.close())


def test_every_operation_reports_an_outage(loop_thread: LoopThread, unused_port: int, queues: dict[str, Queue]) -> None:
    client = sqs_client(f"http://127.0.0.1:{unused_port}")
    queue = SqsQueue(client, f"http://127.0.0.1:{unused_port}/000000000000/jobs", next(iter(queues.values())))

    async def scenario() -> None:
        for call in (queue.open, queue.depth, partial(queue.receive, 1, 0)):
            with pytest.raises(QueueUnavailable):
                await call()
        await queue.close()
        with pytest.raises(QueueUnavailable, match="is closed"):
            await queue.depth()

    loop_thread.run(scenario())
    client.close()


def test_messages_are_received_and_deleted_ten_at_a_time(with_sqs: TrySqs) -> None:
    """One ReceiveMessage or DeleteMessageBatch takes ten at most: TooManyEntriesInBatchRequest."""

    async def scenario(queue: SqsUnderTest) -> None:
        sent = [str(number) for number in range(25)]
        await send(queue, *sent)
        source = queue.source()
        received: list[Message] = []
        # AWS queries a subset of its servers and may return fewer messages, even none; moto returns all.
        while len(received) < len(sent):
            some = await source.receive(100, 1)
            assert len(some) <= 10
            received += some
        assert sorted(message.body for message in received) == sorted(sent)
        assert (await source.depth()).in_flight == 25
        await source.acknowledge(received)
        assert (await source.depth()).in_flight == 0

    with_sqs(scenario)


def test_a_large_batch_is_gathered_by_several_receives(with_sqs: TrySqs) -> None:
    async def scenario(queue: SqsUnderTest) -> None:
        sent = [str(number) for number in range(25)]
        await send(queue, *sent)
        handler = Handler()
        async with feeding(handler, queue, batch_size=25, batching_window=20):
            await emptied(queue)
        assert [sorted(record["body"] for record in batch) for batch in handler.batches] == [sorted(sent)]

    with_sqs(scenario)


def test_deleting_a_message_again_is_no_error(with_sqs: TrySqs, caplog: pytest.LogCaptureFixture) -> None:
    """AWS: deleting a deleted message again succeeds. An invalid receipt is in Failed, and logged."""

    async def scenario(queue: SqsUnderTest) -> None:
        await send(queue, "a", "b")
        source = queue.source()
        [message] = await source.receive(1, 1)
        await source.acknowledge([message])
        assert "was not deleted" not in caplog.text
        await source.acknowledge([replace(message, receipt="never one")])
        assert "was not deleted" in caplog.text
        assert (await source.depth()).waiting == 1

    with_sqs(scenario)


def test_binary_attributes_are_left_out(with_sqs: TrySqs, client: Any) -> None:
    async def scenario(queue: SqsUnderTest) -> None:
        url = client.get_queue_url(QueueName=queue.queue.name)["QueueUrl"]
        given = {
            "text": {"DataType": "String", "StringValue": "ä"},
            "number": {"DataType": "Number", "StringValue": "1.5"},
            "bytes": {"DataType": "Binary", "BinaryValue": b"\xff"},
        }
        await asyncio.to_thread(client.send_message, QueueUrl=url, MessageBody="{}", MessageAttributes=given)
        [message] = await queue.source().receive(1, 1)
        assert message.attributes == {"text": "ä", "number": "1.5"}

    with_sqs(scenario)


def test_waiting_pollers_do_not_block_other_operations(with_sqs: TrySqs) -> None:
    """A receive waits in a thread, and asyncio's default executor has six on a machine of two cores."""

    async def scenario(queue: SqsUnderTest) -> None:
        source = queue.source()
        waiting = {asyncio.create_task(source.receive(1, 2)) for _ in range(20)}
        await asyncio.sleep(0.1)
        depth = asyncio.create_task(source.depth())
        done, _ = await asyncio.wait({depth, *waiting}, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.gather(*waiting)
        assert depth in done

    with_sqs(scenario)
