"""The DeadLetterBox port on Redis streams and on SQS."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urldefrag

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError
from redis.exceptions import RedisError

from classpulse.adapters.redis import make_redis
from classpulse.domain.batches import Batch
from classpulse.domain.events import Event
from classpulse.errors import QueueUnavailable

PAGE = 100
# How long a message stays hidden while it is looked at. Seconds.
LOOKING = 60


def split_batch(body: str, class_id: str, user_id: str) -> tuple[Batch | None, list[Event]]:
    """Return the batch without the student's events (None when nothing is left or it is no batch), and those."""
    try:
        batch = Batch.model_validate_json(body)
    except ValidationError:
        return None, []
    theirs = [
        event for event in batch.events if (event.class_id or batch.class_id, event.user_id) == (class_id, user_id)
    ]
    others = [event for event in batch.events if event not in theirs]
    return (batch.with_events(others) if others else None), theirs


class RedisDeadLetters:
    """The letters of the stream that the URL names."""

    def __init__(self, url: str) -> None:
        server, name = urldefrag(url)
        self._redis: Any = make_redis(server)
        self._stream = f"queue:{name}"

    def _entries(self) -> Iterator[tuple[str, dict[str, str]]]:
        start = "-"
        while page := self._redis.xrange(self._stream, start, count=PAGE):
            yield from page
            start = f"({page[-1][0]}"

    def of_student(self, class_id: str, user_id: str) -> list[Event]:
        """See DeadLetterBox.of_student."""
        try:
            found = [split_batch(fields.get("body", ""), class_id, user_id)[1] for _, fields in self._entries()]
        except RedisError as error:
            raise QueueUnavailable("the dead letters cannot be read") from error
        return [event for events in found for event in events]

    def remove_student(self, class_id: str, user_id: str) -> int:
        """See DeadLetterBox.remove_student."""
        removed = 0
        try:
            for entry_id, fields in list(self._entries()):
                rest, theirs = split_batch(fields.get("body", ""), class_id, user_id)
                if not theirs:
                    continue
                with self._redis.pipeline(transaction=True) as pipeline:
                    if rest is not None:
                        pipeline.xadd(self._stream, fields | {"body": rest.to_json()})
                    pipeline.xdel(self._stream, entry_id)
                    pipeline.execute()
                removed += len(theirs)
        except RedisError as error:
            raise QueueUnavailable("the dead letters cannot be changed") from error
        return removed


class SqsDeadLetters:
    """The letters of an SQS queue: looked at by receiving them, and shown again at once."""

    def __init__(self, url: str, client: Any = None) -> None:
        self._url = url
        self._client = client or boto3.client("sqs")

    def of_student(self, class_id: str, user_id: str) -> list[Event]:
        """See DeadLetterBox.of_student."""
        found = [split_batch(message["Body"], class_id, user_id)[1] for message in self._looked_at()]
        return [event for events in found for event in events]

    def remove_student(self, class_id: str, user_id: str) -> int:
        """See DeadLetterBox.remove_student."""
        removed = 0
        for message in self._looked_at():
            rest, theirs = split_batch(message["Body"], class_id, user_id)
            if not theirs:
                continue
            try:
                if rest is not None:
                    attributes = {
                        name: {"DataType": "String", "StringValue": value["StringValue"]}
                        for name, value in message.get("MessageAttributes", {}).items()
                    }
                    self._client.send_message(
                        QueueUrl=self._url, MessageBody=rest.to_json(), MessageAttributes=attributes
                    )
                self._client.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
            except (BotoCoreError, ClientError) as error:
                raise QueueUnavailable("SQS did not change the dead letters") from error
            removed += len(theirs)
        return removed

    def _looked_at(self) -> list[dict[str, Any]]:
        """Receive every letter, hidden for as long as it takes to find the last, and show them all again."""
        letters: list[dict[str, Any]] = []
        try:
            while found := self._client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=10,
                VisibilityTimeout=LOOKING,
                WaitTimeSeconds=1,
                MessageAttributeNames=["All"],
            ).get("Messages"):
                letters += found
            for letter in letters:
                self._client.change_message_visibility(
                    QueueUrl=self._url, ReceiptHandle=letter["ReceiptHandle"], VisibilityTimeout=0
                )
        except (BotoCoreError, ClientError) as error:
            raise QueueUnavailable("SQS did not show the dead letters") from error
        return letters
