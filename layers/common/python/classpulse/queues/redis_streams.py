"""The Queue port on a Redis stream: one entry per message, read by the consumer group `lambda`.

The queue's URL is a Redis URL whose fragment names the queue: redis://:password@host:6379/0#classpulse-events.
"""

import json
from collections.abc import Sequence
from urllib.parse import urldefrag

from redis.exceptions import RedisError
from redis.typing import EncodableT, FieldT

from classpulse.core.errors import ConfigError, QueueUnavailable
from classpulse.core.redis import make_redis
from classpulse.queues.ports import OutboundMessage


class RedisStreamsQueue:
    """Sends to the stream `queue:<name>`."""

    def __init__(self, url: str) -> None:
        server, name = urldefrag(url)
        if not name:
            raise ConfigError("a redis:// queue URL must end in #<queue name>")
        self._redis = make_redis(server)
        self._stream = f"queue:{name}"

    def send(self, messages: Sequence[OutboundMessage]) -> None:
        """See Queue.send."""
        try:
            with self._redis.pipeline(transaction=False) as pipeline:
                for message in messages:
                    pipeline.xadd(self._stream, _fields(message))
                pipeline.execute()
        except RedisError as error:
            raise QueueUnavailable("Redis did not queue the messages") from error


def _fields(message: OutboundMessage) -> dict[FieldT, EncodableT]:
    fields: dict[FieldT, EncodableT] = {"body": message.body}
    if message.attributes:
        fields["attributes"] = json.dumps(dict(message.attributes), ensure_ascii=False)
    return fields
