"""Redis: connection ids, rate limits, announcements."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from classpulse.domain.batches import Fact
from classpulse.errors import StoreUnavailable

CHANNEL = "progress_events"
# API Gateway closes a WebSocket after two hours; the id of one that was never seen to close goes soon after.
CONNECTION_SECONDS = 2 * 60 * 60 + 10 * 60
OPENING_SECONDS = 5
MINUTE = 60


def make_redis(url: str) -> Redis:
    """Return a client for redis:// or rediss://; a stale connection is replaced once, a dead server not waited for."""
    return Redis.from_url(
        url,
        decode_responses=True,
        socket_connect_timeout=2,
        socket_timeout=3,
        retry=Retry(ExponentialBackoff(cap=0.2, base=0.05), 1),
    )


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise StoreUnavailable("Redis did not answer as expected") from error


class RedisConnections:
    """The Connections port. A class's ids are a sorted set, scored by the second at which they expire."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def ping(self) -> None:
        """See Pingable.ping."""
        with _translated_errors():
            self._redis.ping()

    def add(self, connection_id: str, class_id: str) -> None:
        """See Connections.add."""
        with _translated_errors():
            before = self._class_of(connection_id)
            with self._redis.pipeline() as pipeline:
                if before and before != class_id:
                    pipeline.zrem(_class(before), connection_id)
                pipeline.hset(_connection(connection_id), mapping={"class": class_id, "added": time.time()})
                self._keep(pipeline, connection_id, class_id)
                pipeline.execute()

    def seen(self, connection_id: str) -> None:
        """See Connections.seen."""
        with _translated_errors():
            class_id = self._class_of(connection_id)
            if class_id:
                with self._redis.pipeline() as pipeline:
                    self._keep(pipeline, connection_id, class_id)
                    pipeline.execute()

    def remove(self, connection_id: str) -> None:
        """See Connections.remove."""
        with _translated_errors():
            class_id = self._class_of(connection_id)
            with self._redis.pipeline() as pipeline:
                pipeline.delete(_connection(connection_id))
                if class_id:
                    pipeline.zrem(_class(class_id), connection_id)
                pipeline.execute()

    def prune(self, connection_id: str) -> bool:
        """See Connections.prune."""
        with _translated_errors():
            added = self._redis.hget(_connection(connection_id), "added")
        if added and time.time() - float(added) < OPENING_SECONDS:
            return False
        self.remove(connection_id)
        return True

    def of_class(self, class_id: str) -> list[str]:
        """See Connections.of_class."""
        with _translated_errors(), self._redis.pipeline() as pipeline:
            pipeline.zremrangebyscore(_class(class_id), "-inf", time.time())
            pipeline.zrange(_class(class_id), 0, -1)
            found: list[str] = pipeline.execute()[1]
        return found

    def _class_of(self, connection_id: str) -> str | None:
        found = self._redis.hget(_connection(connection_id), "class")
        return str(found) if found else None

    def _keep(self, pipeline: Redis, connection_id: str, class_id: str) -> None:
        pipeline.expire(_connection(connection_id), CONNECTION_SECONDS)
        pipeline.zadd(_class(class_id), {connection_id: time.time() + CONNECTION_SECONDS})
        pipeline.expire(_class(class_id), CONNECTION_SECONDS)


def _connection(connection_id: str) -> str:
    return f"connection:{connection_id}"


def _class(class_id: str) -> str:
    return f"connections:{class_id}"


class RedisRateLimiter:
    """The RateLimiter port: a count per student and minute.

    A batch is let in whole as long as the limit was not reached before it: one that is larger than what is left
    could otherwise never get in.
    """

    def __init__(self, redis: Redis, events_per_minute: int) -> None:
        self._redis = redis
        self._limit = events_per_minute

    def seconds_to_wait(self, events_by_student: Mapping[tuple[str, str], int]) -> int:
        """See RateLimiter.seconds_to_wait. Raises StoreUnavailable."""
        now = int(time.time())
        keys = [f"limit:{json.dumps(student)}:{now // MINUTE}" for student in events_by_student]
        with _translated_errors():
            counts = self._redis.mget(keys)
            if any(int(count or 0) >= self._limit for count in counts):
                return MINUTE - now % MINUTE
            with self._redis.pipeline(transaction=False) as pipeline:
                for key, events in zip(keys, events_by_student.values(), strict=True):
                    pipeline.incrby(key, events)
                    pipeline.expire(key, 2 * MINUTE)
                pipeline.execute()
        return 0


class Unlimited:
    """The RateLimiter port where no limit is set."""

    def seconds_to_wait(self, _events_by_student: Mapping[tuple[str, str], int]) -> int:
        """Return 0."""
        return 0


class RedisAnnouncer:
    """The Announcer port: PUBLISH on the channel progress_events, one message an event."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def announce(self, facts: Sequence[Fact]) -> None:
        """See Announcer.announce."""
        if not facts:
            return
        with _translated_errors(), self._redis.pipeline(transaction=False) as pipeline:
            for fact in facts:
                event = fact.event.model_dump(mode="json", by_alias=True, exclude_none=True)
                pipeline.publish(CHANNEL, json.dumps(event | {"classId": fact.class_id}, ensure_ascii=False))
            pipeline.execute()
