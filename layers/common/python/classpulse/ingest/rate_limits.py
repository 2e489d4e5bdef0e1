"""The RateLimiter port on Redis."""

import json
import re
import time
from collections.abc import Mapping

from redis import Redis

from classpulse.core.redis import translated_errors

MINUTE = 60


class RedisRateLimiter:
    """Counts the events of each sender and minute.

    A sender below its limit may send a complete batch, even if that exceeds the limit: otherwise a batch that is larger
    than the limit could never be sent.
    """

    def __init__(self, redis: Redis, events_per_minute: int) -> None:
        self._redis = redis
        self._limit = events_per_minute

    def seconds_to_wait(self, events_by_sender: Mapping[tuple[str, ...], int]) -> int:
        """See RateLimiter.seconds_to_wait. Raises StoreUnavailable."""
        now = int(time.time())
        keys = [f"{_prefix(sender)}{now // MINUTE}" for sender in events_by_sender]
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


def key_pattern(sender: tuple[str, ...]) -> str:
    """Return a glob pattern that matches the counters of a sender, for SCAN."""
    return re.sub(r"([\\*?\[\]])", r"\\\1", _prefix(sender)) + "*"


def _prefix(sender: tuple[str, ...]) -> str:
    return f"limit:{json.dumps(sender)}:"


class Unlimited:
    """The RateLimiter port without a limit."""

    def seconds_to_wait(self, _events_by_sender: Mapping[tuple[str, ...], int]) -> int:
        """Return 0."""
        return 0
