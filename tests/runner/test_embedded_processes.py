"""The processes of the embedded servers end however the runner or a start ends."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from runner.embedded import server as server_module
from runner.embedded.process import CHILD, no_orphans
from runner.embedded.server import free_port
from runner.errors import ServerFailed
from tests.runner.pools import runs, until
from tests.servers import LoopThread, embedded_postgres


def test_a_cancelled_start_leaves_no_process(loop_thread: LoopThread, tmp_path: Path) -> None:
    before = set(psutil.Process().children())

    async def scenario() -> None:
        for round_ in range(8):
            (tmp_path / str(round_)).mkdir()
            server = embedded_postgres(tmp_path / str(round_))
            starting = asyncio.create_task(server.start())
            await asyncio.sleep(round_ * 0.05)
            starting.cancel()
            await asyncio.wait({starting})
            await server.stop()
            assert set(psutil.Process().children()) <= before

    loop_thread.run(scenario())


def test_orphans_of_the_children_are_ended_and_reaped() -> None:
    with no_orphans():
        shell = subprocess.Popen(["/bin/sh", "-c", "sleep 600 & echo $!"], stdout=subprocess.PIPE, text=True)
        assert shell.stdout is not None
        orphan = int(shell.stdout.readline())
        shell.wait()
        shell.stdout.close()
        assert runs(orphan)
    assert not psutil.pid_exists(orphan)


def test_a_server_gets_no_port_that_is_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    assert port in server_module.PORTS
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", port))
        monkeypatch.setattr(server_module, "PORTS", range(port, port + 1))
        with pytest.raises(ServerFailed, match=f"no loopback port from {port} to {port}"):
            free_port()
    assert free_port() == port


# As on macOS, whose kernel does not signal the children of a dead parent.
PARENT = """
import json, os, subprocess, sys
options = {"parent": os.getpid(), "signal": 15, "uid": None, "gid": None, "reach": False, "memory": None}
elsewhere = '''
import runpy, sys
sys.platform, sys.argv = "freebsd", sys.argv[1:]
runpy.run_path(sys.argv[0], None, "__main__")
'''
program = ["/bin/sh", "-c", "echo $$; exec sleep 600"]
child = subprocess.Popen([sys.executable, "-c", elsewhere, sys.argv[1], json.dumps(options), "--", *program])
print(child.pid, flush=True)
sys.exit(child.wait())
"""


@pytest.mark.parametrize("killed", ["parent", "child"])
def test_a_child_ends_with_its_parent_without_support_from_the_kernel(loop_thread: LoopThread, killed: str) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT, str(CHILD)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child, program = (int(parent.stdout.readline()) for _ in range(2))
        assert runs(program)
        if killed == "parent":
            parent.kill()
        else:
            os.kill(child, signal.SIGTERM)
        loop_thread.run(until(lambda: not runs(program)))
        loop_thread.run(until(lambda: not runs(child)))
