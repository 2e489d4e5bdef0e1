"""The Queue port on Amazon SQS.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
"""

from collections.abc import Iterator, Sequence
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from classpulse.core.errors import QueueUnavailable
from classpulse.queues.ports import OutboundMessage

MAX_ENTRIES = 10
# Limit of all entries of one call together, attributes included.
MAX_BYTES = 1024 * 1024
# SQS counts an attribute's type too; this is more than it takes.
_ATTRIBUTE_OVERHEAD = 64


class SqsQueue:
    """Sends to the queue at `url`."""

    def __init__(self, url: str, client: Any = None) -> None:
        self._url = url
        self._client = client or boto3.client(
            "sqs", config=Config(connect_timeout=2, read_timeout=5, retries={"max_attempts": 2})
        )

    def send(self, messages: Sequence[OutboundMessage]) -> None:
        """See Queue.send."""
        for group in _groups(messages):
            entries = [_entry(number, message) for number, message in enumerate(group)]
            try:
                answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            except (BotoCoreError, ClientError) as error:
                raise QueueUnavailable("SQS did not queue the messages") from error
            if failed := answer.get("Failed"):
                raise QueueUnavailable(f"SQS did not queue {len(failed)} of {len(entries)} messages")


def _entry(number: int, message: OutboundMessage) -> dict[str, Any]:
    # SQS rejects attributes whose value is empty.
    attributes = {
        name: {"DataType": "String", "StringValue": value} for name, value in message.attributes.items() if value
    }
    return {"Id": str(number), "MessageBody": message.body, "MessageAttributes": attributes}


def _size(message: OutboundMessage) -> int:
    attributes = sum(len((name + value).encode()) + _ATTRIBUTE_OVERHEAD for name, value in message.attributes.items())
    return len(message.body.encode()) + attributes


def _groups(messages: Sequence[OutboundMessage]) -> Iterator[list[OutboundMessage]]:
    group: list[OutboundMessage] = []
    size = 0
    for message in messages:
        if group and (len(group) == MAX_ENTRIES or size + _size(message) > MAX_BYTES):
            yield group
            group, size = [], 0
        group.append(message)
        size += _size(message)
    if group:
        yield group
