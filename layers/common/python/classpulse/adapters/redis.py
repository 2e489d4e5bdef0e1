"""Redis: connection ids, rate limits, announcements."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.client import Pipeline
from redis.exceptions import RedisError
from redis.retry import Retry

from classpulse.domain.batches import Fact
from classpulse.domain.identity import Entrance, entrance_from_json, entrance_to_json
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
def translated_errors() -> Iterator[None]:
    """Translate what Redis raises. Raises StoreUnavailable."""
    try:
        yield
    except RedisError as error:
        raise StoreUnavailable("Redis did not answer as expected") from error


class RedisConnections:
    """The Connections port.

    A connection is a hash; the connections of a class and of an account are sorted sets, scored by the second at
    which they expire.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def ping(self) -> None:
        """See Pingable.ping."""
        with translated_errors():
            self._redis.ping()

    def open(self, connection_id: str, entrance: Entrance) -> None:
        """See Connections.open."""
        kept = entrance_to_json(entrance)
        with translated_errors(), self._redis.pipeline() as pipeline:
            pipeline.hset(_connection(connection_id), mapping={"entrance": kept, "added": time.time()})
            pipeline.expire(_connection(connection_id), CONNECTION_SECONDS)
            if entrance.account_id is not None:
                _put(pipeline, _account(entrance.account_id), connection_id)
            pipeline.execute()

    def entrance(self, connection_id: str) -> Entrance | None:
        """See Connections.entrance."""
        with translated_errors():
            text = self._redis.hget(_connection(connection_id), "entrance")
        return entrance_from_json(str(text)) if text else None

    def add(self, connection_id: str, class_id: str, team_name: str | None = None) -> None:
        """See Connections.add."""
        record = {"class": class_id} | ({"team": team_name} if team_name is not None else {})
        with translated_errors():
            before = self._record(connection_id)
            with self._redis.pipeline() as pipeline:
                _leave(pipeline, connection_id, before)
                pipeline.hsetnx(_connection(connection_id), "added", str(time.time()))
                pipeline.hdel(_connection(connection_id), "team")
                pipeline.hset(_connection(connection_id), mapping=dict[Any, Any](record))
                _keep(pipeline, connection_id, before | record)
                pipeline.execute()

    def seen(self, connection_id: str) -> None:
        """See Connections.seen."""
        with translated_errors():
            record = self._record(connection_id)
            if record:
                with self._redis.pipeline() as pipeline:
                    _keep(pipeline, connection_id, record)
                    pipeline.execute()

    def remove(self, connection_id: str) -> None:
        """See Connections.remove."""
        with translated_errors():
            record = self._record(connection_id)
            with self._redis.pipeline() as pipeline:
                pipeline.delete(_connection(connection_id))
                _leave(pipeline, connection_id, record)
                if (account_id := _account_of(record)) is not None:
                    pipeline.zrem(_account(account_id), connection_id)
                pipeline.execute()

    def prune(self, connection_id: str) -> bool:
        """See Connections.prune."""
        with translated_errors():
            added = self._redis.hget(_connection(connection_id), "added")
        if added and time.time() - float(added) < OPENING_SECONDS:
            return False
        self.remove(connection_id)
        return True

    def of_class(self, class_id: str) -> Mapping[str, str | None]:
        """See Connections.of_class."""
        members = (json.loads(member) for member in self._members(_class(class_id)))
        return dict(members)

    def of_account(self, account_id: int) -> list[str]:
        """See Connections.of_account."""
        return self._members(_account(account_id))

    def _record(self, connection_id: str) -> dict[str, str]:
        found = self._redis.hgetall(_connection(connection_id))
        return {str(name): str(value) for name, value in found.items()}

    def _members(self, key: str) -> list[str]:
        with translated_errors(), self._redis.pipeline() as pipeline:
            pipeline.zremrangebyscore(key, "-inf", time.time())
            pipeline.zrange(key, 0, -1)
            found: list[str] = pipeline.execute()[1]
        return found


def _leave(pipeline: Pipeline, connection_id: str, record: Mapping[str, str]) -> None:
    if "class" in record:
        pipeline.zrem(_class(record["class"]), _member(connection_id, record.get("team")))


def _keep(pipeline: Pipeline, connection_id: str, record: Mapping[str, str]) -> None:
    pipeline.expire(_connection(connection_id), CONNECTION_SECONDS)
    if "class" in record:
        _put(pipeline, _class(record["class"]), _member(connection_id, record.get("team")))
    if (account_id := _account_of(record)) is not None:
        _put(pipeline, _account(account_id), connection_id)


def _put(pipeline: Pipeline, key: str, member: str) -> None:
    pipeline.zadd(key, {member: time.time() + CONNECTION_SECONDS})
    pipeline.expire(key, CONNECTION_SECONDS)


def _account_of(record: Mapping[str, str]) -> int | None:
    return entrance_from_json(record["entrance"]).account_id if "entrance" in record else None


def _member(connection_id: str, team_name: str | None) -> str:
    return json.dumps([connection_id, team_name], ensure_ascii=False)


def _connection(connection_id: str) -> str:
    return f"connection:{connection_id}"


def _class(class_id: str) -> str:
    return f"watchers:{class_id}"


def _account(account_id: int) -> str:
    return f"sockets:{account_id}"


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


class RedisAnnouncer:
    """The Announcer port: PUBLISH on the channel progress_events, one message an event."""

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
