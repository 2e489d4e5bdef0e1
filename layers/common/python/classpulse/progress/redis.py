"""The Announcer port on Redis Pub/Sub."""

import json
from collections.abc import Sequence

from redis import Redis

from classpulse.core.redis import translated_errors
from classpulse.ingest.batches import Fact

CHANNEL = "progress_events"


class RedisAnnouncer:
    """Publishes on the channel progress_events, one message per event."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def announce(self, facts: Sequence[Fact]) -> None:
        """See Announcer.announce."""
        if not facts:
            return
        with translated_errors(), self._redis.pipeline(transaction=False) as pipeline:
            for fact in facts:
                event = fact.event.model_dump(mode="json", by_alias=True, exclude_none=True)
                pipeline.publish(CHANNEL, json.dumps(event | {"classId": fact.class_id}, ensure_ascii=False))
            pipeline.execute()
