"""The embedded PostgreSQL: loopback TCP, password, checksums, fsync on."""

import asyncio
import shutil
import signal
from pathlib import Path

import pg8000.dbapi
import psutil

from runner.embedded.binaries import WHEEL_FOLDER, postgres_program
from runner.embedded.data_dir import write_private
from runner.embedded.process import give_to
from runner.embedded.server import EmbeddedServer

USER = "postgres"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Write-ahead logs are removed instead of renamed for reuse: erased data leaves the disk with the next checkpoint.
    "wal_recycle": "off",
    # Neither JIT compilation nor parallel workers are worth their cost for queries of milliseconds.
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
}


class EmbeddedPostgres(EmbeddedServer):
    """PostgreSQL with one database."""

    name = "postgres"
    # SIGINT is PostgreSQL's fast shutdown: it rolls back open transactions and writes a checkpoint.
    stop_signal = signal.SIGINT

    def __init__(self, data_dir: Path, password: str, database: str, settings: dict[str, str] | None = None) -> None:
        super().__init__(data_dir, password)
        self._database = database
        self._settings = SETTINGS | (settings or {})

    @property
    def url(self) -> str:
        """See EmbeddedServer.url."""
        return self.url_of(self._database)

    def url_of(self, database: str) -> str:
        """Return the URL of another database of this server."""
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def binary(self) -> Path:
        """See EmbeddedServer.binary."""
        return self.program("postgres")

    def program(self, name: str) -> Path:
        """Return a program of the installation. Raises ServerFailed."""
        return postgres_program(name)

    def starts_within(self) -> bool:
        """See EmbeddedServer.starts_within; before version 16, PostgreSQL enters its working directory by its path."""
        return super().starts_within() and self.binary().parents[1].name == WHEEL_FOLDER

    def arguments(self) -> list[str]:
        """See EmbeddedServer.arguments."""
        settings = self._settings | {"port": str(self.port)}
        return ["-D", str(self.seen(self.directory)), *(f"--{key}={value}" for key, value in settings.items())]

    async def prepare(self) -> None:
        """Create the cluster at the first start; remove the stale postmaster.pid of a killed server."""
        if (self.directory / "PG_VERSION").exists():
            self._forget_dead_postmaster()
            return
        # An initdb that is killed must not leave a partial cluster: it writes to a draft, which is renamed.
        draft = self.directory.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        give_to(self._account, draft)
        data = draft / "data"
        give_to(self._account, data)
        write_private(draft / "password", self.password)
        self.own(draft / "password")
        try:
            await self.run(
                self.program("initdb"),
                f"--pgdata={self.seen(data)}",
                f"--username={USER}",
                f"--pwfile={self.seen(data)}/../password",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--data-checksums",
                "--no-instructions",
                directory=data,
            )
            self.directory.rmdir()
            data.rename(self.directory)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    async def ready(self) -> bool:
        """See EmbeddedServer.ready; creates the database when it does not exist."""
        return await asyncio.to_thread(self._make_database)

    def _make_database(self) -> bool:
        try:
            connection = pg8000.dbapi.connect(
                USER, host="127.0.0.1", port=self.port, database="postgres", password=self.password, timeout=5
            )
        except (pg8000.dbapi.InterfaceError, pg8000.dbapi.DatabaseError):
            return False
        try:
            connection.autocommit = True
            cursor = connection.cursor()
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (self._database,))
            if cursor.fetchone() is None:
                cursor.execute(f'CREATE DATABASE "{self._database}"')
        finally:
            connection.close()
        return True

    def _forget_dead_postmaster(self) -> None:
        """Remove postmaster.pid when another program has its pid now (pids restart in a new container)."""
        path = self.directory / "postmaster.pid"
        try:
            name = psutil.Process(int(path.read_text().split("\n", 1)[0])).name()
        except FileNotFoundError:
            return
        except (ValueError, psutil.NoSuchProcess):
            name = ""
        if not name.startswith("postgres"):
            path.unlink()
