"""Everything that a running system keeps, as bytes: tables, Redis, and the files of the data directory."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import redis
from classpulse.core.postgres import make_engine
from sqlalchemy import Engine, text

from runner.embedded.postgres import USER
from tests.e2e.stack import Stack

TABLES = text("SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('public', 'pg_catalog')")


def _keys(data_dir: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((data_dir / "keys.json").read_text())
    return found


def _arguments(data_dir: Path, server: str) -> list[str]:
    pid = json.loads((data_dir / f"{server}.pid").read_text())["pid"]
    return psutil.Process(pid).cmdline()


def engine_of(stack: Stack) -> Engine:
    """Return an engine of the embedded PostgreSQL."""
    data_dir = Path(stack.ready["data_dir"])
    [port] = [word.removeprefix("--port=") for word in _arguments(data_dir, "postgres") if word.startswith("--port=")]
    return make_engine(f"postgresql://{USER}:{_keys(data_dir)['postgres']}@127.0.0.1:{port}/classpulse", 1)


def redis_of(stack: Stack) -> "redis.Redis":
    """Return a client of the embedded Redis, which decodes nothing."""
    data_dir = Path(stack.ready["data_dir"])
    # Valkey replaces its command line by a title that ends in host:port.
    *_, place = " ".join(_arguments(data_dir, "redis")).split()
    return redis.Redis(port=int(place.rpartition(":")[2]), password=_keys(data_dir)["redis"])


def _tables(engine: Engine) -> Iterator[tuple[str, bytes]]:
    with engine.connect() as connection:
        for name in connection.execute(TABLES).scalars().all():
            rows = connection.execute(text(f"SELECT row::text FROM {name} AS row")).scalars()
            yield f"table {name}", "\n".join(map(str, rows)).encode()


def _redis(client: Any) -> Iterator[tuple[str, bytes]]:
    for key in client.keys("*"):
        yield f"Redis key {key!r}", key + (client.dump(key) or b"") + repr(_value(client, key)).encode()


def _value(client: Any, key: bytes) -> Any:
    match client.type(key):
        case b"string":
            return client.get(key)
        case b"hash":
            return client.hgetall(key)
        case b"set":
            return client.smembers(key)
        case b"zset":
            return client.zrange(key, 0, -1)
        case b"stream":
            return client.xrange(key)
        case kind:
            raise AssertionError(f"a key of type {kind!r} is not searched")


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield f"file {path.relative_to(folder)}", path.read_bytes()


def places_of(stack: Stack, *marks: str) -> list[str]:
    """Return where the system keeps one of these texts."""
    data_dir = Path(stack.ready["data_dir"])
    engine, client = engine_of(stack), redis_of(stack)
    try:
        kept = [*_tables(engine), *_redis(client), *_files(data_dir), ("its output", stack.output_path.read_bytes())]
    finally:
        engine.dispose()
        client.close()
    return [f"{place}: {mark}" for place, content in kept for mark in marks if mark.encode() in content]
