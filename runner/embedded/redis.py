"""The embedded Redis: loopback, password, every write fsynced before the answer."""

import signal
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from runner.embedded.binaries import redis_program
from runner.embedded.data_dir import write_private
from runner.embedded.server import EmbeddedServer


class EmbeddedRedis(EmbeddedServer):
    """Redis with an append-only file that is fsynced after every write."""

    name = "redis"
    stop_signal = signal.SIGTERM

    @property
    def url(self) -> str:
        """See EmbeddedServer.url."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def binary(self) -> Path:
        """See EmbeddedServer.binary."""
        return redis_program()

    def arguments(self) -> list[str]:
        """See EmbeddedServer.arguments."""
        return [str(self.seen(self.directory) / "redis.conf"), "--port", str(self.port)]

    async def prepare(self) -> None:
        """Write the settings to a file, so that the list of processes does not show the password."""
        path = self.directory / "redis.conf"
        write_private(
            path,
            "bind 127.0.0.1\n"
            f"requirepass {self.password}\n"
            f'dir "{self.seen(self.directory)}"\n'
            "appendonly yes\n"
            "appendfsync always\n"
            "aof-load-truncated yes\n"
            # The append-only file holds all data; snapshots would only add writes.
            'save ""\n'
            "maxmemory-policy noeviction\n"
            "stream-node-max-entries 100\n"
            "loglevel notice\n",
        )
        self.own(path)

    async def ready(self) -> bool:
        """See EmbeddedServer.ready."""
        client = Redis.from_url(self.url, socket_connect_timeout=1, socket_timeout=1)
        try:
            await client.ping()
        except RedisError:
            return False
        finally:
            await client.aclose()
        return True
