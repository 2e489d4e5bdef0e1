"""The DeadLetterQueue port on Redis streams and on SQS."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urldefrag

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from redis.exceptions import RedisError

from classpulse.core.errors import QueueUnavailable
from classpulse.core.moments import rfc3339
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
        changes: dict[str, str | None] = {}

        def swap(pipeline: Any) -> None:
            entries = list(self._entries())
            for entry_id, fields in entries:
                if entry_id not in changes:
                    changes[entry_id] = change(fields.get("body", ""))
            pipeline.multi()
            if all(changes[entry_id] == fields.get("body", "") for entry_id, fields in entries):
                return
            # XDEL would only mark an entry as deleted: its bytes stay until all entries of the same block are deleted.
            pipeline.delete(self._stream)
            for entry_id, fields in entries:
                if (body := changes[entry_id]) is not None:
                    pipeline.xadd(self._stream, fields | {"body": body}, id=entry_id)

        try:
            # Repeated if another client changes the stream meanwhile.
            self._redis.transaction(swap, self._stream)
        except RedisError as error:
            raise QueueUnavailable("the dead letters cannot be changed") from error

    def drop_older(self, before: datetime) -> int:
        """See DeadLetterQueue.drop_older. An entry's id begins with the time of its arrival, in milliseconds."""
        oldest = int(before.timestamp() * 1000)
        try:
            # Exactly: by default, whole blocks only would be deleted.
            return int(self._redis.xtrim(self._stream, minid=oldest, approximate=False))
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
                    texts = {
                        "deadLetteredAt": rfc3339(_became_dead(message)),
                        **{name: value["StringValue"] for name, value in message.get("MessageAttributes", {}).items()},
                    }
                    attributes = {name: {"DataType": "String", "StringValue": value} for name, value in texts.items()}
                    self._client.send_message(QueueUrl=self._url, MessageBody=changed, MessageAttributes=attributes)
                self._client.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
            except (BotoCoreError, ClientError) as error:
                raise QueueUnavailable("SQS did not change the dead letters") from error

    def drop_older(self, before: datetime) -> int:
        """See DeadLetterQueue.drop_older. A letter that erasure has rewritten keeps its attribute deadLetteredAt."""
        old = [message for message in self._receive_all() if _became_dead(message) < before]
        try:
            for message in old:
                self._client.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        except (BotoCoreError, ClientError) as error:
            raise QueueUnavailable("SQS did not delete the dead letters") from error
        return len(old)

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
                AttributeNames=["SentTimestamp"],
            ).get("Messages"):
                messages += received
            for message in messages:
                self._client.change_message_visibility(
                    QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
                )
        except (BotoCoreError, ClientError) as error:
            raise QueueUnavailable("SQS did not return the dead letters") from error
        return messages


def _became_dead(message: dict[str, Any]) -> datetime:
    attributes = message.get("MessageAttributes", {})
    try:
        return datetime.fromisoformat(attributes["deadLetteredAt"]["StringValue"]).astimezone(UTC)
    except (KeyError, ValueError):
        return datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
