"""An embedded server process: start, watch, restart, stop."""

import abc
import asyncio
import contextlib
import json
import logging
import os
import random
import secrets
import signal
import socket
import sys
import time
from pathlib import Path
from typing import IO, ClassVar

import psutil

from runner.embedded.data_dir import private, write_private
from runner.embedded.process import Account, end_group, give_to, start_child, unprivileged_account, with_view
from runner.errors import ServerFailed

log = logging.getLogger(__name__)

# Below the kernel's ephemeral ports (Linux from 32768, macOS from 49152), so that no outgoing connection takes a
# server's port before it starts or while it restarts.
PORTS = range(20_000, 30_000)
PORT_TRIES = 100
# By this path a server finds the directory in which it was started, although its account may not enter the directories
# above: the data directory is root's.
IN_ITSELF = Path("/proc/self/cwd")
# Valkey would let every user read its files.
UMASK = 0o077
START_SECONDS = 60.0
STOP_SECONDS = 5.0


def free_port() -> int:
    """Return a loopback port that is free now. Raises ServerFailed."""
    for _ in range(PORT_TRIES):
        # Not the global random generator, which a test may have seeded.
        port = secrets.choice(PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise ServerFailed(f"no loopback port from {PORTS.start} to {PORTS.stop - 1} can be listened on")


class EmbeddedServer(abc.ABC):
    """A server process with its data in `directory` and its log in `logs/<name>.log`."""

    name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]

    def __init__(self, data_dir: Path, password: str) -> None:
        self.directory = data_dir / self.name
        self.port = 0
        self.password = password
        self._log_path = data_dir / "logs" / f"{self.name}.log"
        self._pid_path = data_dir / f"{self.name}.pid"
        self._process: asyncio.subprocess.Process | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._account: Account | None = None

    @property
    @abc.abstractmethod
    def url(self) -> str:
        """The URL for clients, with the password."""

    @property
    def pid(self) -> int | None:
        """The server's process, if it runs."""
        return self._process.pid if self._process else None

    @abc.abstractmethod
    def binary(self) -> Path:
        """Return the server program. Raises ServerFailed, which names the variable to set instead."""

    @abc.abstractmethod
    def arguments(self) -> list[str]:
        """Return the command line after the program."""

    @abc.abstractmethod
    async def prepare(self) -> None:
        """Prepare the data directory for a start."""

    @abc.abstractmethod
    async def ready(self) -> bool:
        """Return whether the server answers."""

    async def start(self) -> None:
        """Return when the server answers. Raises ServerFailed."""
        above = () if self.starts_within() else (self.directory.parent,)
        self._account = unprivileged_account(self.binary(), *above)
        give_to(self._account, self.directory)
        if self._account is not None and self._account.reach and self.starts_within():
            await self._try_without_capability(self._account)
        await self._outlive_predecessor()
        await self.prepare()
        self.port = free_port()
        await self._launch()
        self._watcher = asyncio.create_task(self._watch())

    async def start_again(self) -> None:
        """Start a stopped server on its previous port. Raises ServerFailed."""
        await self.prepare()
        await self._launch()
        self._watcher = asyncio.create_task(self._watch())

    async def stop(self, number: signal.Signals | None = None) -> None:
        """Send the stop signal, or the given one, and after STOP_SECONDS SIGKILL; no data is lost."""
        if self._watcher is not None:
            self._watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watcher
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(number or self.stop_signal)
            try:
                await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
            except TimeoutError:
                log.warning("%s did not stop within %d s and is killed", self.name, STOP_SECONDS)
                await end_group(self._process, signal.SIGKILL, STOP_SECONDS)
        self._pid_path.unlink(missing_ok=True)

    async def run(self, program: Path, *arguments: str, directory: Path) -> None:
        """Run a program of the server's package in `directory` as the server's account. Raises ServerFailed."""
        with self._log() as output:
            process = await start_child(
                [str(program), *arguments],
                env=self._env(),
                cwd=directory,
                output=output,
                account=self._account,
                umask=UMASK,
            )
            try:
                status = await process.wait()
            except asyncio.CancelledError:
                # On SIGTERM initdb ends its child process; SIGKILL would orphan it.
                await end_group(process, signal.SIGTERM, STOP_SECONDS)
                raise
        if status != 0:
            raise ServerFailed(f"{program.name} failed ({status}): {self._last_words()}")

    def seen(self, directory: Path) -> Path:
        """Return the path of a directory for a process of the server that is started in it."""
        return IN_ITSELF if self._account is not None and self.starts_within() else directory

    def starts_within(self) -> bool:
        """Return whether the server can be started in a directory whose parents its account may not enter."""
        return sys.platform == "linux"

    async def _try_without_capability(self, account: Account) -> None:
        """Show the account the programs that it may not reach, where the system permits that and they are readable."""
        program = self.binary()
        package = next((place for place in program.parents if place.name == "site-packages"), program.parent)
        self._account = with_view(account, [package])
        try:
            await self.run(program, "--version", directory=self.directory)
        except ServerFailed:
            self._account = account

    def own(self, path: Path) -> None:
        """Make the server's account the owner of a file."""
        if self._account is not None:
            os.chown(path, self._account.uid, self._account.gid)

    def _env(self) -> dict[str, str]:
        return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", "HOME": str(self.seen(self.directory))}

    def _log(self) -> IO[bytes]:
        return open(self._log_path, "ab", opener=private)

    async def _launch(self) -> None:
        with self._log() as output:
            self._process = await start_child(
                [str(self.binary()), *self.arguments()],
                env=self._env(),
                cwd=self.directory,
                output=output,
                death_signal=self.stop_signal,
                account=self._account,
                umask=UMASK,
            )
        started = psutil.Process(self._process.pid).create_time()
        write_private(self._pid_path, json.dumps({"pid": self._process.pid, "started": started}))
        deadline = time.monotonic() + START_SECONDS
        while not await self.ready():
            if self._process.returncode is not None:
                raise ServerFailed(f"{self.name} ended with {self._process.returncode}: {self._last_words()}")
            if time.monotonic() > deadline:
                raise ServerFailed(f"{self.name} did not answer within {START_SECONDS:.0f} s: {self._last_words()}")
            await asyncio.sleep(0.02)

    async def _watch(self) -> None:
        """Restart the server on the same port whenever it exits, with exponential backoff."""
        pause = 0.2
        while True:
            assert self._process is not None
            began = time.monotonic()
            status = await self._process.wait()
            pause = 0.2 if time.monotonic() - began > 60 else min(pause * 2, 10)
            log.error("%s exited (%s) and is restarted", self.name, status)
            await asyncio.sleep(random.uniform(pause / 2, pause))  # noqa: S311
            try:
                await self.prepare()
                await self._launch()
                log.warning("%s is available again", self.name)
            except (ServerFailed, OSError) as error:
                log.error("%s", error)  # noqa: TRY400

    async def _outlive_predecessor(self) -> None:
        """End the server of a killed runner: two servers on one directory would corrupt it."""
        try:
            former = json.loads(self._pid_path.read_text())
            process = psutil.Process(former["pid"])
            if abs(process.create_time() - former["started"]) > 1:
                return
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
            return
        for number in (self.stop_signal, signal.SIGKILL):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)
            for _ in range(200):
                if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
                    return
                await asyncio.sleep(0.05)
        raise ServerFailed(f"{self.name} of an earlier runner (pid {process.pid}) does not stop: kill it")

    def _last_words(self) -> str:
        lines = self._log_path.read_text(errors="replace").strip().splitlines() if self._log_path.exists() else []
        return f"{lines[-1] if lines else 'it printed nothing'} (the log is {self._log_path})"
