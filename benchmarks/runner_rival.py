"""MiniStack (from PyPI) in a separate process, as the runner's baseline.

It is the version that `make emulate` installs; it listens on loopback only, keeps its state, and is ended by its
process id.
"""

import http.client
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import psutil

from infra.emulation.ministack import LOCK, install
from runner.embedded.server import free_port

START_SECONDS = 60.0
LOOPBACK = ("127.0.0.1", "::1")


def version() -> str:
    """Return the name and version of MiniStack."""
    return next(line.split()[0] for line in LOCK.read_text().splitlines() if line.startswith("ministack=="))


def client_of(service: str, port: int) -> Any:
    """Return a boto3 client of one of its services."""
    return boto3.client(
        service,
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id="benchmark",
        aws_secret_access_key="benchmark",  # noqa: S106
    )


@contextmanager
def ministack(folder: Path) -> Iterator[tuple[psutil.Process, int]]:
    """Run MiniStack with its state in the folder; yield its process and port."""
    python, port = install(), free_port()
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "LOG_LEVEL": "ERROR",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(folder / "state"),
    }
    output_path = folder / "output.txt"
    with output_path.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603
            [str(python), "-m", "ministack"], cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    family = psutil.Process(process.pid)
    try:
        wait_until_healthy(process, port, output_path)
        refuse_other_addresses(family)
        yield family, port
    finally:
        children = family.children(recursive=True) if process.poll() is None else []
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for child in children:
            if child.is_running():
                child.kill()


def wait_until_healthy(process: subprocess.Popen[bytes], port: int, output_path: Path) -> None:
    """Wait until MiniStack answers."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/_ministack/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"MiniStack does not start:\n{output_path.read_text(errors='replace')}")


def refuse_other_addresses(family: psutil.Process) -> None:
    """Exit if MiniStack listens on any address other than loopback."""
    for process in (family, *family.children(recursive=True)):
        for connection in process.net_connections("inet"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.ip not in LOOPBACK:
                raise SystemExit(f"MiniStack listens on {connection.laddr.ip}:{connection.laddr.port}: not measured")
