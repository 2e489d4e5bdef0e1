"""The RateLimiter port on Redis."""

import json
import time
from collections.abc import Mapping

from redis import Redis

from classpulse.core.redis import translated_errors

MINUTE = 60


class RedisRateLimiter:
    """The RateLimiter port: a count per sender and minute.

    A batch is let in whole as long as the limit was not reached before it: one that is larger than what is left
    could otherwise never get in.
    """

    def __init__(self, redis: Redis, events_per_minute: int) -> None:
        self._redis = redis
        self._limit = events_per_minute

    def seconds_to_wait(self, events_by_sender: Mapping[tuple[str, ...], int]) -> int:
        """See RateLimiter.seconds_to_wait. Raises StoreUnavailable."""
        now = int(time.time())
        keys = [f"limit:{json.dumps(sender)}:{now // MINUTE}" for sender in events_by_sender]
        with translated_errors():
            counts = self._redis.mget(keys)
            if any(int(count or 0) >= self._limit for count in counts):
                return MINUTE - now % MINUTE
            with self._redis.pipeline(transaction=False) as pipeline:
                for key, events in zip(keys, events_by_sender.values(), strict=True):
                    pipeline.incrby(key, events)
                    pipeline.expire(key, 2 * MINUTE)
                pipeline.execute()
        return 0


class Unlimited:
    """The RateLimiter port where no limit is set."""

    def seconds_to_wait(self, _events_by_sender: Mapping[tuple[str, ...], int]) -> int:
        """Return 0."""
        return 0
