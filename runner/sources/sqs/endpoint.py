"""A queue at an SQS endpoint: AWS, an emulation, or another server with the same protocol.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
"""

import asyncio
import json
import logging
import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from runner.errors import RunnerError
from runner.functions.environment import CREDENTIALS
from runner.sources.sqs.queue import Depth, Message, QueueUnavailable
from runner.template.intrinsics import REGION
from runner.template.model import Queue

log = logging.getLogger(__name__)

# The same error in the JSON protocol and in the older query protocol.
EXISTS = {"QueueNameExists", "QueueAlreadyExists"}
# The limit of one ReceiveMessage or DeleteMessageBatch.
MOST_AT_ONCE = 10
UNAVAILABLE = (BotoCoreError, ClientError)
# A receive cannot be cancelled, and stopping waits for it.
LONGEST_WAIT = 2
# Concurrent calls for one queue; each poller blocks in one.
MOST_CALLS = 32


def sqs_client(endpoint: str) -> Any:
    """Return a client of the endpoint; emulations accept any credentials."""
    # A separate session, because functions in threads of this process use the default one.
    return boto3.Session().client(
        "sqs",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        config=Config(connect_timeout=2, read_timeout=25, retries={"max_attempts": 1}, max_pool_connections=50),
    )


def create_queues(client: Any, queues: dict[str, Queue]) -> dict[str, str]:
    """Create the missing queues, dead-letter queues first, and set the attributes of the others.

    Return their URLs by name. Raises RunnerError.
    """
    endpoint = client.meta.endpoint_url
    urls: dict[str, str] = {}
    arns: dict[str, str] = {}
    for queue in sorted(queues.values(), key=lambda queue: queue.dead_letter_queue is not None):
        attributes = {
            "VisibilityTimeout": str(queue.visibility_timeout),
            "MessageRetentionPeriod": str(queue.retention),
        }
        if queue.dead_letter_queue is not None:
            policy = {
                "deadLetterTargetArn": arns[queue.dead_letter_queue],
                "maxReceiveCount": queue.max_receive_count,
            }
            attributes["RedrivePolicy"] = json.dumps(policy)
        try:
            url = urls[queue.name] = _create_queue(client, queue.name, attributes)
            answer = client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        except ClientError as error:
            raise RunnerError(f"the SQS endpoint {endpoint} refuses the queue {queue.name}: {error}") from error
        except BotoCoreError as error:
            raise RunnerError(f"the SQS endpoint {endpoint} does not answer ({error}): is it up?") from error
        arns[queue.name] = answer["Attributes"]["QueueArn"]
    return urls


def _create_queue(client: Any, name: str, attributes: Mapping[str, str]) -> str:
    """Return the queue's URL. CreateQueue refuses a queue with other attributes; then set them."""
    try:
        url: str = client.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    except ClientError as error:
        details = error.response["Error"]
        if EXISTS.isdisjoint({details.get("Code"), details.get("QueryErrorCode")}):
            raise
        url = client.get_queue_url(QueueName=name)["QueueUrl"]
        client.set_queue_attributes(QueueUrl=url, Attributes=attributes)
    return url


class SqsQueue:
    """See SourceQueue. The endpoint applies the redrive policy.

    It has a separate thread pool, because blocking receives would occupy all threads of asyncio's.
    """

    def __init__(self, client: Any, url: str, queue: Queue) -> None:
        self._client = client
        self._url = url
        self._queue = queue
        self._executor = ThreadPoolExecutor(MOST_CALLS, f"sqs {queue.name}")
        self._closed = False

    async def open(self) -> None:
        """See SourceQueue.open; create_queues() has created it, because functions need its URL."""
        await self._call("get_queue_attributes", AttributeNames=["QueueArn"])

    async def receive(self, most: int, wait: float) -> list[Message]:
        """See SourceQueue.receive."""
        answer = await self._call(
            "receive_message",
            MaxNumberOfMessages=min(most, MOST_AT_ONCE),
            # SQS takes integers; rounded down, the end of a batching window would be polled without a pause.
            WaitTimeSeconds=max(0, min(LONGEST_WAIT, math.ceil(wait))),
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        return [_message(message) for message in answer.get("Messages", [])]

    async def acknowledge(self, messages: Sequence[Message]) -> None:
        """See SourceQueue.acknowledge."""
        for first in range(0, len(messages), MOST_AT_ONCE):
            entries = [
                {"Id": str(number), "ReceiptHandle": message.receipt}
                for number, message in enumerate(messages[first : first + MOST_AT_ONCE])
            ]
            answer = await self._call("delete_message_batch", Entries=entries)
            for failed in answer.get("Failed", []):
                log.warning(
                    "%s: a message was not deleted and is received again: %s", self._queue.name, failed.get("Code")
                )

    async def depth(self) -> Depth:
        """See SourceQueue.depth; the oldest message's age is 0, because SQS reports it to CloudWatch only."""
        answer = await self._call("get_queue_attributes", AttributeNames=["All"])
        attributes = answer["Attributes"]
        waiting = int(attributes["ApproximateNumberOfMessages"])
        return Depth(waiting, int(attributes["ApproximateNumberOfMessagesNotVisible"]), 0.0)

    async def close(self) -> None:
        """See SourceQueue.close; the backend closes the client."""
        self._closed = True
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def _call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        if self._closed:
            raise QueueUnavailable(f"{self._queue.name} is closed")
        call = partial(getattr(self._client, operation), QueueUrl=self._url, **arguments)
        try:
            answer: dict[str, Any] = await asyncio.get_running_loop().run_in_executor(self._executor, call)
        except UNAVAILABLE as error:
            raise QueueUnavailable(str(error)) from error
        return answer


def _message(message: dict[str, Any]) -> Message:
    system = message["Attributes"]
    return Message(
        message_id=message["MessageId"],
        receipt=message["ReceiptHandle"],
        body=message["Body"],
        sent=int(system["SentTimestamp"]),
        first_received=int(system["ApproximateFirstReceiveTimestamp"]),
        receive_count=int(system["ApproximateReceiveCount"]),
        attributes={
            name: attribute["StringValue"]
            for name, attribute in message.get("MessageAttributes", {}).items()
            if "StringValue" in attribute
        },
    )
