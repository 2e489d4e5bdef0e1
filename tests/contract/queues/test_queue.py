"""The Queue port: messages are received unchanged, on each adapter."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
import redis
from botocore.config import Config
from classpulse.core.errors import ConfigError, QueueUnavailable
from classpulse.queues.ports import MAX_BODY_BYTES, OutboundMessage, Queue
from classpulse.queues.redis_streams import RedisStreamsQueue
from classpulse.queues.sqs import SqsQueue
from moto import mock_aws

from tests.fakes.queues import MemoryQueue

pytestmark = pytest.mark.on_both_installations

Received = list[tuple[str, dict[str, str]]]


@dataclass
class Case:
    """A queue, and a function that reads its messages, in order of arrival if the queue keeps it."""

    queue: Queue
    receive: Callable[[], Received]


@pytest.fixture
def memory() -> Case:
    queue = MemoryQueue()
    return Case(queue, lambda: [(message.body, dict(message.attributes)) for message in queue.messages])


@pytest.fixture
def redis_streams(redis_url: str) -> Iterator[Case]:
    with redis.Redis.from_url(redis_url, decode_responses=True) as client:

        def receive() -> Received:
            entries: list[tuple[str, dict[str, str]]] = client.xrange("queue:events")
            return [(fields["body"], json.loads(fields.get("attributes", "{}"))) for _, fields in entries]

        yield Case(RedisStreamsQueue(f"{redis_url}#events"), receive)


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        client = boto3.client("sqs")
        url = client.create_queue(QueueName="events")["QueueUrl"]

        def receive() -> Received:
            found: Received = []
            while messages := client.receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
            ).get("Messages"):
                found += [(message["Body"], _strings(message.get("MessageAttributes", {}))) for message in messages]
            return found

        yield Case(SqsQueue(url), receive)


def _strings(attributes: dict[str, Any]) -> dict[str, str]:
    return {name: value["StringValue"] for name, value in attributes.items()}


@pytest.fixture(params=["memory", "redis_streams", "sqs"])
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.getfixturevalue(request.param)
    return found


def test_messages_arrive_as_they_were_sent(case: Case) -> None:
    case.queue.send([OutboundMessage('{"text": "日本語 🎉 \\u0000"}', {"reason": 'bad, "worse" and 悪い'})])
    assert case.receive() == [('{"text": "日本語 🎉 \\u0000"}', {"reason": 'bad, "worse" and 悪い'})]


def test_more_messages_than_one_call_accepts_all_arrive(case: Case) -> None:
    case.queue.send([OutboundMessage(f"message {number}") for number in range(25)])
    assert sorted(body for body, _ in case.receive()) == sorted(f"message {number}" for number in range(25))


def test_messages_of_the_largest_size_all_arrive(case: Case) -> None:
    case.queue.send([OutboundMessage(str(number) * MAX_BODY_BYTES) for number in range(3)])
    assert sorted(len(body) for body, _ in case.receive()) == [MAX_BODY_BYTES] * 3


def test_sending_no_messages_is_no_error(case: Case) -> None:
    case.queue.send([])
    assert case.receive() == []


def test_sending_to_an_unreachable_redis_raises_queue_unavailable(unused_port: int) -> None:
    with pytest.raises(QueueUnavailable):
        RedisStreamsQueue(f"redis://127.0.0.1:{unused_port}/0#events").send([OutboundMessage("x")])


def test_a_write_that_redis_refuses_raises_queue_unavailable(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.set("queue:events", "not a stream")
    with pytest.raises(QueueUnavailable):
        RedisStreamsQueue(f"{redis_url}#events").send([OutboundMessage("x")])


def test_sending_to_an_unreachable_sqs_raises_queue_unavailable(unused_port: int) -> None:
    client = boto3.client(
        "sqs",
        endpoint_url=f"http://127.0.0.1:{unused_port}",
        region_name="eu-west-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=Config(retries={"max_attempts": 0}),
    )
    with pytest.raises(QueueUnavailable):
        SqsQueue(f"http://127.0.0.1:{unused_port}/0/events", client).send([OutboundMessage("x")])


def test_an_entry_that_sqs_refuses_raises_queue_unavailable() -> None:
    class Refusing:
        def send_message_batch(self, **_arguments: object) -> dict[str, object]:
            return {"Successful": [], "Failed": [{"Id": "0", "SenderFault": False, "Code": "InternalError"}]}

    with pytest.raises(QueueUnavailable, match="1 of 1"):
        SqsQueue("https://queue", Refusing()).send([OutboundMessage("x")])


def test_a_redis_url_without_a_queue_name_is_refused() -> None:
    with pytest.raises(ConfigError, match="#<queue name>"):
        RedisStreamsQueue("redis://127.0.0.1/0")
