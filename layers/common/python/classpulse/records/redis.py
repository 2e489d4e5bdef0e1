"""The Cache port on Redis: its keys about a student, and its append-only file."""

import time
from collections.abc import Callable, Collection
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from classpulse.core.redis import translated_errors
from classpulse.ingest.rate_limits import key_pattern
from classpulse.records.ports import Compaction

WAIT_SECONDS = 60.0
PAUSE_SECONDS = 0.05
SNAPSHOTS = "snapshots and replicas of the server"


class RedisCache:
    """The Redis at REDIS_URL."""

    def __init__(self, redis: Redis, sleep: Callable[[float], None] = time.sleep) -> None:
        self._redis = redis
        self._sleep = sleep

    def forget(self, class_id: str, user_ids: Collection[str]) -> int:
        """See Cache.forget."""
        with translated_errors():
            keys = [
                key
                for user_id in user_ids
                for key in self._redis.scan_iter(key_pattern((class_id, user_id)), count=1000)
            ]
            return int(self._redis.delete(*keys)) if keys else 0

    def compact(self) -> Compaction:
        """See Cache.compact."""
        try:
            if not self._info("aof_enabled"):
                return Compaction("the server keeps no append-only file", SNAPSHOTS)
            # A rewrite that runs already has copied the data from before its start.
            if not self._is_idle():
                return Compaction("", f"the append-only file, whose last rewrite still runs; {SNAPSHOTS}")
            self._redis.bgrewriteaof()
            if not self._is_idle():
                return Compaction("", f"the append-only file, whose rewrite still runs; {SNAPSHOTS}")
            if self._info("aof_last_bgrewrite_status") != "ok":
                return Compaction("", f"the append-only file, whose rewrite failed: see Redis's log; {SNAPSHOTS}")
        except RedisError:
            return Compaction("", f"the append-only file, which this server does not let us rewrite; {SNAPSHOTS}")
        return Compaction("the append-only file was rewritten", SNAPSHOTS)

    def _is_idle(self) -> bool:
        """Wait until no rewrite runs or is scheduled; return False after WAIT_SECONDS."""
        for _ in range(int(WAIT_SECONDS / PAUSE_SECONDS)):
            if not self._info("aof_rewrite_in_progress") and not self._info("aof_rewrite_scheduled"):
                return True
            self._sleep(PAUSE_SECONDS)
        return False

    def _info(self, field: str) -> Any:
        return self._redis.info("persistence").get(field, 0)
