"""Encrypted connections to PostgreSQL and Redis, and the refusal of invalid certificates."""

from pathlib import Path

import pytest
from classpulse.core.errors import ConfigError, StoreUnavailable
from classpulse.core.postgres import make_engine, translated_errors
from classpulse.core.redis import make_redis
from classpulse.live.redis import RedisConnections
from classpulse.queues.ports import OutboundMessage
from classpulse.queues.redis_streams import RedisStreamsQueue
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy import QueuePool, text

from tests.servers import Authority, DebianPostgres, DebianRedis

ENCRYPTED = text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")


@pytest.fixture
def other_authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def encrypted(url: str, ca: str = "") -> bool:
    engine = make_engine(url, pool_size=1, ca=ca)
    try:
        with translated_errors(), engine.connect() as connection:
            return bool(connection.execute(ENCRYPTED).scalar_one())
    finally:
        engine.dispose()


def url_of(server: DebianPostgres, host: str, query: str) -> str:
    return f"{server.url.replace('127.0.0.1', host)}?{query}"


def test_connections_to_postgresql_follow_sslmode(debian_postgres: DebianPostgres, authority: Authority) -> None:
    root = f"sslrootcert={authority.root}"
    assert not encrypted(url_of(debian_postgres, "localhost", "sslmode=disable"))
    assert encrypted(url_of(debian_postgres, "127.0.0.1", "sslmode=prefer"))
    assert encrypted(url_of(debian_postgres, "127.0.0.1", "sslmode=require"))
    assert encrypted(url_of(debian_postgres, "127.0.0.1", f"sslmode=verify-ca&{root}"))
    assert encrypted(url_of(debian_postgres, "localhost", f"sslmode=verify-full&{root}"))


@pytest.mark.parametrize("query", ["sslmode=verify-full", "sslmode=verify-ca"])
def test_a_certificate_of_an_unknown_authority_is_refused(debian_postgres: DebianPostgres, query: str) -> None:
    with pytest.raises(StoreUnavailable):
        encrypted(url_of(debian_postgres, "localhost", query))


def test_a_certificate_for_another_host_is_refused(debian_postgres: DebianPostgres, authority: Authority) -> None:
    with pytest.raises(StoreUnavailable):
        encrypted(url_of(debian_postgres, "127.0.0.1", f"sslmode=verify-full&sslrootcert={authority.root}"))


def test_the_authority_of_postgresql_may_be_given_as_text(
    debian_postgres: DebianPostgres, authority: Authority, other_authority: Authority
) -> None:
    url = url_of(debian_postgres, "localhost", "sslmode=verify-full")
    assert encrypted(url, authority.root.read_text())
    with pytest.raises(StoreUnavailable):
        encrypted(url, other_authority.root.read_text())
    with pytest.raises(StoreUnavailable):  # a certificate for another host
        encrypted(url_of(debian_postgres, "127.0.0.1", "sslmode=verify-full"), authority.root.read_text())
    with pytest.raises(ConfigError, match="check its PEM text"):
        encrypted(url, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")


def test_an_unknown_sslmode_is_refused(debian_postgres: DebianPostgres) -> None:
    with pytest.raises(ConfigError, match="sslmode"):
        make_engine(url_of(debian_postgres, "localhost", "sslmode=maybe"), pool_size=1)


def test_connections_to_redis_use_tls(debian_redis: DebianRedis) -> None:
    client = make_redis(debian_redis.tls_url)
    connections = RedisConnections(client)
    connections.add("connection-1", "default")
    assert connections.of_class("default") == {"connection-1": None}
    connections.remove("connection-1")
    queue = RedisStreamsQueue(f"{debian_redis.tls_url}#through-tls")
    queue.send([OutboundMessage("body", {"name": "value"})])
    assert client.xlen("queue:through-tls") == 1
    client.delete("queue:through-tls")
    client.close()
    queue._redis.close()


def test_the_authority_of_redis_may_be_given_as_text(
    debian_redis: DebianRedis, authority: Authority, other_authority: Authority
) -> None:
    url = debian_redis.tls_url.partition("?")[0]
    trusting = make_redis(url, authority.root.read_text())
    assert trusting.ping()
    for refusing in (
        make_redis(url, other_authority.root.read_text()),
        make_redis(url.replace("localhost", "127.0.0.1"), authority.root.read_text()),  # a certificate for another host
    ):
        with pytest.raises(RedisConnectionError, match="certificate verify failed"):
            refusing.ping()
        refusing.close()
    trusting.close()


def test_redis_without_the_authority_is_refused(debian_redis: DebianRedis) -> None:
    client = make_redis(debian_redis.tls_url.partition("?")[0])
    with pytest.raises(StoreUnavailable):
        RedisConnections(client).of_class("default")
    client.close()


def test_a_pool_holds_at_most_its_limit_of_connections(debian_postgres: DebianPostgres) -> None:
    engine = make_engine(debian_postgres.url, pool_size=2)
    try:
        with engine.connect(), engine.connect():
            assert isinstance(engine.pool, QueuePool)
            assert engine.pool.checkedout() == 2
            engine.pool._timeout = 0.1
            with pytest.raises(StoreUnavailable), translated_errors(), engine.connect():
                pass
    finally:
        engine.dispose()
