"""The DeadLetterQueue port on Redis streams and on SQS."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urldefrag

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from redis.exceptions import RedisError

from classpulse.core.errors import QueueUnavailable
from classpulse.core.redis import make_redis

PAGE_SIZE = 100
# Long enough to receive every message of a dead-letter queue once.
VISIBILITY_TIMEOUT_SECONDS = 60


class RedisDeadLetters:
    """The dead letters in the Redis stream that the URL names."""

    def __init__(self, url: str) -> None:
        server, name = urldefrag(url)
        self._redis: Any = make_redis(server)
        self._stream = f"queue:{name}"

    def read(self) -> list[str]:
        """See DeadLetterQueue.read."""
        try:
            return [fields.get("body", "") for _, fields in self._entries()]
        except RedisError as error:
            raise QueueUnavailable("the dead letters cannot be read") from error

    def edit(self, change: Callable[[str], str | None]) -> None:
        """See DeadLetterQueue.edit."""
        try:
            for entry_id, fields in list(self._entries()):
                body = fields.get("body", "")
                changed = change(body)
                if changed == body:
                    continue
                with self._redis.pipeline(transaction=True) as pipeline:
                    if changed is not None:
                        pipeline.xadd(self._stream, fields | {"body": changed})
                    pipeline.xdel(self._stream, entry_id)
                    pipeline.execute()
        except RedisError as error:
            raise QueueUnavailable("the dead letters cannot be changed") from error

    def _entries(self) -> Iterator[tuple[str, dict[str, str]]]:
        start = "-"
        while page := self._redis.xrange(self._stream, start, count=PAGE_SIZE):
            yield from page
            start = f"({page[-1][0]}"


class SqsDeadLetters:
    """The dead letters in an SQS queue. Reading receives every message, then makes it visible again."""

    def __init__(self, url: str, client: Any = None) -> None:
        self._url = url
        self._client = client or boto3.client("sqs")

    def read(self) -> list[str]:
        """See DeadLetterQueue.read."""
        return [message["Body"] for message in self._receive_all()]

    def edit(self, change: Callable[[str], str | None]) -> None:
        """See DeadLetterQueue.edit."""
        for message in self._receive_all():
            changed = change(message["Body"])
            if changed == message["Body"]:
                continue
            try:
                if changed is not None:
                    attributes = {
                        name: {"DataType": "String", "StringValue": value["StringValue"]}
                        for name, value in message.get("MessageAttributes", {}).items()
                    }
                    self._client.send_message(QueueUrl=self._url, MessageBody=changed, MessageAttributes=attributes)
                self._client.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
            except (BotoCoreError, ClientError) as error:
                raise QueueUnavailable("SQS did not change the dead letters") from error

    def _receive_all(self) -> list[dict[str, Any]]:
        """Receive until the queue is empty, then make all messages visible again."""
        messages: list[dict[str, Any]] = []
        try:
            while received := self._client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=10,
                VisibilityTimeout=VISIBILITY_TIMEOUT_SECONDS,
                WaitTimeSeconds=1,
                MessageAttributeNames=["All"],
            ).get("Messages"):
                messages += received
            for message in messages:
                self._client.change_message_visibility(
                    QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
                )
        except (BotoCoreError, ClientError) as error:
            raise QueueUnavailable("SQS did not return the dead letters") from error
        return messages
