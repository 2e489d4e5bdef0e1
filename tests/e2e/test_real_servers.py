"""DATABASE_URL, REDIS_URL and REDIS_HOST replace the embedded servers."""

from pathlib import Path
from urllib.parse import urlsplit

import pg8000.dbapi
import pytest
import redis

from tests.e2e.stack import event, eventually, running


@pytest.mark.parametrize("by_host", [False, True])
def test_configured_servers_replace_the_embedded_ones(
    tmp_path: Path, empty_database_url: str, redis_url: str, by_host: bool
) -> None:
    parts = urlsplit(redis_url)
    if by_host:
        where = {"REDIS_HOST": "127.0.0.1", "REDIS_PORT": str(parts.port), "REDIS_PASSWORD": str(parts.password)}
    else:
        where = {"REDIS_URL": redis_url}
    with running(tmp_path / "data", environment={"DATABASE_URL": empty_database_url, **where}) as stack:
        assert not {"postgres", "valkey-server"} & {process.name() for process in stack.family()}
        with stack.socket():
            stack.post([event("outside")])
            eventually(lambda: stack.stored_ids() == ["outside"])
            client = redis.Redis.from_url(redis_url)
            assert client.exists("queue:classpulse-events")
            client.close()
    assert not (tmp_path / "data" / "postgres").exists()
    database = urlsplit(empty_database_url)
    connection = pg8000.dbapi.connect(
        database.username, database.hostname, database.path[1:], database.port, database.password
    )
    cursor = connection.cursor()
    cursor.execute("SELECT count(*) FROM facts")
    assert cursor.fetchone()[0] == 1
    connection.close()
