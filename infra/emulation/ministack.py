"""MiniStack (from PyPI): an emulated AWS that runs functions as local processes.

It is installed into build/emulate-venv from requirements/emulate.lock, listens on loopback only, and stops with the
process that started it. It runs every function on its own Python and ignores the function's Runtime.
"""

import asyncio
import contextlib
import ctypes
import os
import subprocess
import sys
import urllib.error
import urllib.request
import venv
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from infra.emulation.errors import EmulationError
from runner.embedded.process import start_child
from runner.embedded.server import free_port

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements" / "emulate.lock"
VENV = ROOT / "build" / "emulate-venv"
START_SECONDS = 60.0
STOP_SECONDS = 10.0
LOOPBACK = ("127.0.0.1", "::1")
# prctl(2): orphaned processes of MiniStack become children of this process, which reaps them.
PR_SET_CHILD_SUBREAPER = 36
# The Python of its functions: this process's, which creates the virtual environment.
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


def install() -> Path:
    """Return MiniStack's Python; install MiniStack first if the lock file has changed."""
    python, stamp = VENV / "bin" / "python", VENV / "emulate.lock"
    wanted = f"{sys.version}\n{LOCK.read_text()}"
    if not stamp.exists() or stamp.read_text() != wanted:
        print(f"Installing MiniStack (from PyPI, into {VENV.relative_to(ROOT)})", file=sys.stderr, flush=True)
        venv.create(VENV, clear=True, with_pip=True)
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
        installed = subprocess.run(  # noqa: S603
            [*pip, "--require-hashes", "--requirement", str(LOCK)], capture_output=True, text=True, check=False
        )
        if installed.returncode:
            raise EmulationError(f"MiniStack cannot be installed:\n{installed.stderr.strip()}")
        stamp.write_text(wanted)
    return python


@asynccontextmanager
async def ministack(folder: Path, port: int = 0) -> AsyncIterator[str]:
    """Run MiniStack with its state and its log in the folder; yield its endpoint. Raises EmulationError."""
    python, port = await asyncio.to_thread(install), port or free_port()
    temporary = folder / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "TMPDIR": str(temporary),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "LOG_LEVEL": "INFO",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    log = folder / "ministack.log"
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    with log.open("wb") as output:
        process = await start_child([str(python), "-m", "ministack"], env=environment, cwd=folder, output=output)
    try:
        await _until_healthy(process, port, log)
        _refuse_other_addresses(psutil.Process(process.pid))
        yield f"http://127.0.0.1:{port}"
    finally:
        await _stop(process)


async def _stop(process: asyncio.subprocess.Process) -> None:
    """Stop MiniStack gracefully, then kill the remaining processes of its functions."""
    if process.returncode is not None:
        return
    children = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
    for child in children:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()
        with contextlib.suppress(ChildProcessError):
            await asyncio.to_thread(os.waitpid, child.pid, 0)


async def _until_healthy(process: asyncio.subprocess.Process, port: int, log: Path) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + START_SECONDS
    while not await asyncio.to_thread(answers, f"http://127.0.0.1:{port}"):
        if process.returncode is not None or loop.time() > deadline:
            raise EmulationError(f"MiniStack did not start:\n{log.read_text(errors='replace')}")
        await asyncio.sleep(0.1)


def answers(endpoint: str) -> bool:
    """Return whether a MiniStack responds."""
    try:
        with urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _refuse_other_addresses(root: psutil.Process) -> None:
    for process in (root, *root.children(recursive=True)):
        for connection in process.net_connections("inet"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.ip not in LOOPBACK:
                raise EmulationError(
                    f"MiniStack listens on {connection.laddr.ip}:{connection.laddr.port}, not on loopback: stopped"
                )
