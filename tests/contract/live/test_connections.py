"""The Connections port, in memory and on Redis."""

import time
from datetime import UTC, datetime, timedelta

import pytest
import redis
from classpulse.core.errors import StoreUnavailable
from classpulse.core.redis import make_redis
from classpulse.identity.model import Grant, Role, SignIn, SocketIdentity
from classpulse.live.ports import Connections
from classpulse.live.redis import OPENING_SECONDS, RedisConnections

from tests.fakes.live import MemoryConnections

pytestmark = pytest.mark.on_both_installations

ADA = SocketIdentity(7, "Ada", {"python-1": Grant(Role.ASSISTANT, "red")})
OPERATOR = SocketIdentity(None, "operator", None)


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


def test_a_connection_keeps_the_identity_that_opened_it(connections: Connections) -> None:
    connections.open("one", ADA)
    connections.open("two", OPERATOR)
    assert (connections.identity("one"), connections.identity("two")) == (ADA, OPERATOR)
    assert connections.identity("three") is None
    assert (connections.of_account(7), connections.of_account(8)) == (["one"], [])
    assert connections.of_class("python-1") == {}
    connections.add("one", "python-1")
    assert connections.identity("one") == ADA
    connections.remove("one")
    assert (connections.identity("one"), connections.of_account(7)) == (None, [])


def test_the_operators_connections_are_known_too(connections: Connections) -> None:
    connections.open("one", OPERATOR)
    connections.open("two", ADA)
    assert connections.of_account(None) == ["one"]
    connections.remove("one")
    assert connections.of_account(None) == []


@pytest.mark.parametrize("account_id", [7, None])
def test_a_connection_is_forgotten_at_the_end_of_its_sign_in(connections: Connections, account_id: int | None) -> None:
    now = datetime.now(UTC)
    ended, still_open = (SignIn(name, now + timedelta(hours=hours)) for name, hours in (("ended", -1), ("open", 1)))
    for sign_in in (ended, still_open):
        connections.open(sign_in.sign_in_id, SocketIdentity(account_id, "Ada", None, sign_in))
    assert connections.of_account(account_id) == ["open"]
    assert connections.identity("ended") is None
    assert connections.identity("open") == SocketIdentity(account_id, "Ada", None, still_open)


def test_a_message_does_not_renew_a_connection_past_the_end_of_its_sign_in(client: redis.Redis) -> None:
    connections = RedisConnections(client)
    ends_at = datetime.now(UTC) + timedelta(minutes=5)
    connections.open("one", SocketIdentity(7, "Ada", None, SignIn("phone", ends_at)))
    connections.add("one", "python-1")
    connections.seen("one")
    assert client.expiretime("connection:one") == int(ends_at.timestamp())
    members = {"watchers:python-1": '["one", null]', "sockets:7": "one"}
    assert {client.zscore(key, member) for key, member in members.items()} == {int(ends_at.timestamp())}


def test_a_connection_can_be_limited_to_one_team(connections: Connections) -> None:
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


def test_an_unavailable_redis_is_a_transient_failure(unused_port: int) -> None:
    unreachable = make_redis(f"redis://127.0.0.1:{unused_port}/0")
    with pytest.raises(StoreUnavailable):
        RedisConnections(unreachable).of_class("python-1")
