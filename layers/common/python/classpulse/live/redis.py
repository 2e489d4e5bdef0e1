"""The Connections port on Redis."""

import json
import time
from collections.abc import Mapping
from typing import Any

from redis import Redis
from redis.client import Pipeline

from classpulse.core.redis import translated_errors
from classpulse.identity.model import SocketIdentity, socket_identity_from_json, socket_identity_to_json

# API Gateway closes a WebSocket after two hours; an id whose $disconnect never came expires soon after.
CONNECTION_SECONDS = 2 * 60 * 60 + 10 * 60
OPENING_SECONDS = 5


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

    def open(self, connection_id: str, identity: SocketIdentity) -> None:
        """See Connections.open."""
        text = socket_identity_to_json(identity)
        with translated_errors(), self._redis.pipeline() as pipeline:
            pipeline.hset(_connection(connection_id), mapping={"identity": text, "added": time.time()})
            expires = _expiry(identity)
            pipeline.expireat(_connection(connection_id), expires)
            _add_member(pipeline, _account(identity.account_id), connection_id, expires)
            pipeline.execute()

    def identity(self, connection_id: str) -> SocketIdentity | None:
        """See Connections.identity."""
        with translated_errors():
            text = self._redis.hget(_connection(connection_id), "identity")
        return socket_identity_from_json(str(text)) if text else None

    def add(self, connection_id: str, class_id: str, team_name: str | None = None) -> None:
        """See Connections.add."""
        record = {"class": class_id} | ({"team": team_name} if team_name is not None else {})
        with translated_errors():
            before = self._record(connection_id)
            with self._redis.pipeline() as pipeline:
                _unsubscribe(pipeline, connection_id, before)
                pipeline.hsetnx(_connection(connection_id), "added", str(time.time()))
                pipeline.hdel(_connection(connection_id), "team")
                pipeline.hset(_connection(connection_id), mapping=dict[Any, Any](record))
                _renew(pipeline, connection_id, before | record)
                pipeline.execute()

    def seen(self, connection_id: str) -> None:
        """See Connections.seen."""
        with translated_errors():
            record = self._record(connection_id)
            if record:
                with self._redis.pipeline() as pipeline:
                    _renew(pipeline, connection_id, record)
                    pipeline.execute()

    def remove(self, connection_id: str) -> None:
        """See Connections.remove."""
        with translated_errors():
            record = self._record(connection_id)
            with self._redis.pipeline() as pipeline:
                pipeline.delete(_connection(connection_id))
                _unsubscribe(pipeline, connection_id, record)
                if identity := _identity_of(record):
                    pipeline.zrem(_account(identity.account_id), connection_id)
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

    def of_account(self, account_id: int | None) -> list[str]:
        """See Connections.of_account."""
        return self._members(_account(account_id))

    def _record(self, connection_id: str) -> dict[str, str]:
        fields = self._redis.hgetall(_connection(connection_id))
        return {str(name): str(value) for name, value in fields.items()}

    def _members(self, key: str) -> list[str]:
        with translated_errors(), self._redis.pipeline() as pipeline:
            pipeline.zremrangebyscore(key, "-inf", time.time())
            pipeline.zrange(key, 0, -1)
            members: list[str] = pipeline.execute()[1]
        return members


def _unsubscribe(pipeline: Pipeline, connection_id: str, record: Mapping[str, str]) -> None:
    if "class" in record:
        pipeline.zrem(_class(record["class"]), _member(connection_id, record.get("team")))


def _renew(pipeline: Pipeline, connection_id: str, record: Mapping[str, str]) -> None:
    identity = _identity_of(record)
    expires = _expiry(identity)
    pipeline.expireat(_connection(connection_id), expires)
    if "class" in record:
        _add_member(pipeline, _class(record["class"]), _member(connection_id, record.get("team")), expires)
    if identity:
        _add_member(pipeline, _account(identity.account_id), connection_id, expires)


def _add_member(pipeline: Pipeline, key: str, member: str, expires: int) -> None:
    pipeline.zadd(key, {member: expires})
    # The set expires with its last member at the latest.
    pipeline.expire(key, CONNECTION_SECONDS)


def _identity_of(record: Mapping[str, str]) -> SocketIdentity | None:
    return socket_identity_from_json(record["identity"]) if "identity" in record else None


def _expiry(identity: SocketIdentity | None) -> int:
    """Return the second at which a connection is forgotten unless it is renewed."""
    expires = time.time() + CONNECTION_SECONDS
    if identity and identity.sign_in:
        expires = min(expires, identity.sign_in.ends_at.timestamp())
    return int(expires)


def _member(connection_id: str, team_name: str | None) -> str:
    return json.dumps([connection_id, team_name], ensure_ascii=False)


def _connection(connection_id: str) -> str:
    return f"connection:{connection_id}"


def _class(class_id: str) -> str:
    return f"watchers:{class_id}"


def _account(account_id: int | None) -> str:
    return f"sockets:{'operator' if account_id is None else account_id}"
