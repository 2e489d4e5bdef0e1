"""The embedded servers: committed data survives the death of the runner and of the servers."""

import asyncio
import base64
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pg8000.dbapi
import psutil
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from runner.embedded.postgres import USER
from runner.embedded.server import EmbeddedServer
from runner.errors import ServerFailed
from tests.runner.pools import runs, until
from tests.servers import PASSWORD, LoopThread, embedded_postgres, embedded_redis

ROOT = Path(__file__).parents[2]
OTHER_RUNNER = """
import asyncio, sys
from pathlib import Path
from tests import servers
async def main():
    server = getattr(servers, sys.argv[1])(Path(sys.argv[2]))
    await server.start()
    print(server.port, server.pid, flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


def redis_note(port: int, text: str | None = None, password: str | None = PASSWORD) -> str:
    """Write the note, or read it."""
    with redis.Redis(port=port, password=password, decode_responses=True, retry=Retry(NoBackoff(), 0)) as client:
        if text is not None:
            client.set("note", text)
        return str(client.get("note"))


def postgres_note(port: int, text: str | None = None, password: str | None = PASSWORD) -> str:
    """Write the note, or read it."""
    connection = pg8000.dbapi.connect(USER, host="127.0.0.1", port=port, database="classpulse", password=password)
    try:
        cursor = connection.cursor()
        if text is not None:
            cursor.execute("CREATE TABLE IF NOT EXISTS notes (text text)")
            cursor.execute("DELETE FROM notes")
            cursor.execute("INSERT INTO notes VALUES (%s)", (text,))
            connection.commit()
        cursor.execute("SELECT text FROM notes")
        found = cursor.fetchone()
        return str(found[0] if found else None)
    finally:
        connection.close()


@dataclass(frozen=True)
class Kind:
    """One of the embedded servers. note: (port, text) writes, (port) reads."""

    make: Callable[[Path], EmbeddedServer]
    note: Callable[..., str]
    refusals: tuple[type[Exception], ...]


# `appendonly.aof` of Redis 6.2.14, which was embedded before Valkey: a rewritten file (an RDB preamble with
# two messages of a queue, one of them in flight) and two commands since then.
REDIS_6_2 = """
UkVESVMwMDA5+glyZWRpcy12ZXIGNi4yLjE0+gpyZWRpcy1iaXRzwED6BWN0aW1lwqdqC2v6CHVz
ZWQtbWVtwvBiDgD6DGFvZi1wcmVhbWJsZcAB/gD7AwANC2Nvbm5lY3Rpb25zFRUAAAAPAAAAAgAA
A2FkYQUDYWJj/w8McXVldWU6ZXZlbnRzARAAAAAAAAAAAQAAAAAAAAAANDQAAAAPAAIBAAEBAYRi
b2R5BQABAgEAAQABhWZpcnN0BgQBAgEBAQABhnNlY29uZAcEAf8CAgABBmxhbWJkYQEAAQAAAAAA
AAABAAAAAAAAAACfnJgkogEAAAEBBnBvbGxlcp+cmCSiAQAAAQAAAAAAAAABAAAAAAAAAAAMA2R1
ZRISAAAADwAAAAIAAANhZGEF9v//lp724Crq5BIqMg0KJDYNClNFTEVDVA0KJDENCjANCiozDQok
Mw0KU0VUDQokNA0Kbm90ZQ0KJDI1DQp3cml0dGVuIGFmdGVyIHRoZSByZXdyaXRlDQoqNQ0KJDQN
ClhBREQNCiQxMg0KcXVldWU6ZXZlbnRzDQokMw0KMy0wDQokNA0KYm9keQ0KJDUNCnRoaXJkDQo=
"""

KINDS = [
    pytest.param(Kind(embedded_redis, redis_note, (redis.AuthenticationError,)), id="redis"),
    pytest.param(Kind(embedded_postgres, postgres_note, (pg8000.dbapi.Error,)), id="postgres"),
]


async def restarted(server: EmbeddedServer, former: int | None) -> None:
    await until(lambda: server.pid != former and runs(server.pid or 0))
    for _ in range(3000):
        if await server.ready():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the server does not restart")


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_server_restarts_on_its_port_with_all_committed_data(
    loop_thread: LoopThread, tmp_path: Path, kind: Kind
) -> None:
    async def scenario() -> None:
        server = kind.make(tmp_path)
        await server.start()
        try:
            port, pid = server.port, server.pid
            await asyncio.to_thread(kind.note, port, "first")
            with pytest.raises(kind.refusals):
                await asyncio.to_thread(kind.note, port, password="wrong")
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            await restarted(server, pid)
            assert server.port == port
            assert await asyncio.to_thread(kind.note, port) == "first"
        finally:
            await server.stop()
        assert not runs(server.pid or 0)
        assert not list(tmp_path.glob("*.pid"))

    loop_thread.run(scenario())


@pytest.mark.parametrize("kind", KINDS)
def test_committed_data_survives_the_end_of_the_runner(loop_thread: LoopThread, tmp_path: Path, kind: Kind) -> None:
    command = [sys.executable, "-c", OTHER_RUNNER, kind.make.__name__, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        try:
            port, pid = map(int, other.stdout.readline().split())
            kind.note(port, "second")
        finally:
            other.kill()

    async def scenario() -> None:
        server = kind.make(tmp_path)
        await server.start()
        try:
            # Two servers on one directory would corrupt it.
            assert not runs(pid)
            assert await asyncio.to_thread(kind.note, server.port) == "second"
        finally:
            await server.stop()

    loop_thread.run(scenario())


def test_whoever_has_redis_password_writes_no_file_elsewhere(loop_thread: LoopThread, tmp_path: Path) -> None:
    """A function has it: were `dir` changeable, it could write where the server's account may."""

    async def scenario() -> None:
        server = embedded_redis(tmp_path)
        await server.start()
        try:
            with redis.Redis.from_url(server.url) as client:
                for command in (
                    "CONFIG SET dir /tmp",
                    "CONFIG SET dbfilename x",
                    "MODULE LOAD /tmp/x",
                    "DEBUG SLEEP 0",
                ):
                    with pytest.raises(redis.ResponseError):
                        client.execute_command(command)
            with redis.Redis(port=server.port, retry=Retry(NoBackoff(), 0)) as stranger:
                for command in ("CONFIG GET *", "ACL LIST", "ACL WHOAMI", "INFO", "CLIENT LIST"):
                    with pytest.raises(redis.AuthenticationError):
                        stranger.execute_command(command)
        finally:
            await server.stop()

    loop_thread.run(scenario())


def test_an_interrupted_initdb_is_repeated(loop_thread: LoopThread, tmp_path: Path) -> None:
    async def scenario() -> None:
        starting = asyncio.create_task(embedded_postgres(tmp_path).start())
        await until(lambda: (tmp_path / "postgres.new" / "data" / "PG_VERSION").exists() or starting.done())
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                if process.cwd().startswith(str(tmp_path)):
                    process.kill()
        with pytest.raises(ServerFailed, match="initdb failed"):
            await starting
        assert not list(tmp_path.rglob("*password*"))
        server = embedded_postgres(tmp_path)
        await server.start()
        try:
            assert await asyncio.to_thread(postgres_note, server.port, "third") == "third"
        finally:
            await server.stop()
        assert sorted(entry.name for entry in tmp_path.iterdir()) == ["logs", "postgres"]

    loop_thread.run(scenario())


def test_a_server_that_does_not_start_is_reported_with_the_end_of_its_log(
    loop_thread: LoopThread, tmp_path: Path
) -> None:
    async def scenario() -> None:
        server = embedded_redis(tmp_path)
        (tmp_path / "redis" / "appendonlydir").mkdir(parents=True)
        (tmp_path / "redis" / "appendonly.aof").write_bytes(b"no append-only file\n" * 10)
        with pytest.raises(ServerFailed, match=r"redis ended with 1: .*redis\.log"):
            await server.start()
        await server.stop()

    loop_thread.run(scenario())


def test_valkey_reads_the_files_of_redis_6_2(loop_thread: LoopThread, tmp_path: Path) -> None:
    async def scenario() -> None:
        server = embedded_redis(tmp_path)
        (tmp_path / "redis").mkdir()
        (tmp_path / "redis" / "appendonly.aof").write_bytes(base64.b64decode(REDIS_6_2))
        # The second start reads the file that the first has rewritten.
        for _ in range(2):
            await server.start()
            with redis.Redis.from_url(server.url, decode_responses=True) as client:
                assert client.info("server")["server_name"] == "valkey"
                bodies = [fields["body"] for _, fields in client.xrange("queue:events")]
                assert bodies == ["first", "second", "third"]
                assert client.xpending("queue:events", "lambda")["pending"] == 1
                assert client.hgetall("connections") == {"ada": "abc"}
                assert client.get("note") == "written after the rewrite"
            await server.stop()

    loop_thread.run(scenario())
