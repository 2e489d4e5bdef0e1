"""The Connections port, in memory and on Redis; and what only Redis does."""

import json
import time

import pytest
import redis
from classpulse.adapters.memory import MemoryConnections
from classpulse.adapters.redis import (
    CHANNEL,
    OPENING_SECONDS,
    RedisAnnouncer,
    RedisConnections,
    RedisRateLimiter,
    make_redis,
)
from classpulse.domain.identity import Entrance, Grant, Role
from classpulse.errors import StoreUnavailable
from classpulse.ports import Connections

from tests.builders import make_fact

ADA = Entrance(7, "Ada", {"python-1": Grant(Role.ASSISTANT, "red")})
OPERATOR = Entrance(None, "operator", None)


@pytest.fixture
def client(redis_url: str) -> redis.Redis:
    return make_redis(redis_url)


@pytest.fixture(params=["memory", "redis"])
def connections(request: pytest.FixtureRequest) -> Connections:
    if request.param == "memory":
        return MemoryConnections()
    return RedisConnections(request.getfixturevalue("client"))


def test_a_class_knows_its_connections(connections: Connections) -> None:
    connections.add("one", "python-1")
    connections.add("two", "python-1")
    connections.add("three", "python-2")
    assert connections.of_class("python-1") == {"one": None, "two": None}
    assert connections.of_class("nobody") == {}


def test_a_connection_is_known_by_who_opened_it(connections: Connections) -> None:
    connections.open("one", ADA)
    connections.open("two", OPERATOR)
    assert (connections.entrance("one"), connections.entrance("two")) == (ADA, OPERATOR)
    assert connections.entrance("three") is None
    assert (connections.of_account(7), connections.of_account(8)) == (["one"], [])
    assert connections.of_class("python-1") == {}
    connections.add("one", "python-1")
    assert connections.entrance("one") == ADA
    connections.remove("one")
    assert (connections.entrance("one"), connections.of_account(7)) == (None, [])


def test_a_connection_may_see_one_team_of_a_class_alone(connections: Connections) -> None:
    connections.add("one", "python-1", 'red, "or" 赤')
    connections.add("two", "python-1")
    assert connections.of_class("python-1") == {"one": 'red, "or" 赤', "two": None}
    connections.add("one", "python-1", "blue")
    assert connections.of_class("python-1") == {"one": "blue", "two": None}
    connections.add("one", "python-1")
    connections.seen("one")
    assert connections.of_class("python-1") == {"one": None, "two": None}


def test_a_connection_looks_at_one_class_at_a_time(connections: Connections) -> None:
    connections.add("one", "python-1")
    connections.add("one", "python-2")
    connections.add("one", "python-2")
    assert (connections.of_class("python-1"), connections.of_class("python-2")) == ({}, {"one": None})


def test_a_removed_connection_is_forgotten_and_may_be_removed_again(connections: Connections) -> None:
    connections.add("one", "python-1")
    connections.remove("one")
    connections.remove("one")
    connections.seen("one")
    assert connections.of_class("python-1") == {}


def test_pruning_spares_a_connection_that_may_still_be_opening(client: redis.Redis) -> None:
    connections = RedisConnections(client)
    connections.add("one", "python-1")
    assert not connections.prune("one")
    assert connections.of_class("python-1") == {"one": None}
    client.hset("connection:one", "added", str(time.time() - OPENING_SECONDS - 1))
    assert connections.prune("one")
    assert connections.of_class("python-1") == {}
    assert connections.prune("never known")


def test_a_connection_that_was_never_seen_to_close_expires(client: redis.Redis) -> None:
    connections = RedisConnections(client)
    connections.add("one", "python-1")
    assert 0 < client.ttl("connection:one") <= 2 * 60 * 60 + 10 * 60
    client.zadd("watchers:python-1", {'["one", null]': time.time() - 1})
    assert connections.of_class("python-1") == {}
    connections.add("two", "python-1")
    client.zadd("watchers:python-1", {'["two", null]': time.time() + 5})
    connections.seen("two")
    score = client.zscore("watchers:python-1", '["two", null]')
    assert score is not None
    assert score > time.time() + 60


def test_a_redis_that_is_away_is_transient(unused_port: int) -> None:
    away = make_redis(f"redis://127.0.0.1:{unused_port}/0")
    with pytest.raises(StoreUnavailable):
        RedisConnections(away).of_class("python-1")
    with pytest.raises(StoreUnavailable):
        RedisAnnouncer(away).announce([make_fact()])


def test_the_rate_limit_is_per_student_and_lets_a_last_batch_in_whole(client: redis.Redis) -> None:
    limiter = RedisRateLimiter(client, events_per_minute=10)
    ada, bob = ("python-1", "ada"), ("python-1", "bob")
    assert limiter.seconds_to_wait({ada: 9}) == 0
    assert limiter.seconds_to_wait({ada: 100}) == 0
    assert 0 < limiter.seconds_to_wait({ada: 1, bob: 1}) <= 60
    assert limiter.seconds_to_wait({bob: 1}) == 0


def test_stored_events_are_announced_on_the_channel(client: redis.Redis) -> None:
    with client.pubsub(ignore_subscribe_messages=True) as listener:
        listener.subscribe(CHANNEL)
        listener.get_message(timeout=1)
        RedisAnnouncer(client).announce([make_fact("python-1", eventId="a", code="print('日本')")])
        message = listener.get_message(timeout=5)
    assert message is not None
    told = json.loads(message["data"])
    assert (told["eventId"], told["classId"], told["code"]) == ("a", "python-1", "print('日本')")
