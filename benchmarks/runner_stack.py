"""A local_runner.py in a separate process, and the memory of its processes."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from benchmarks.runner_measures import Memory, memory_of
from benchmarks.runner_served import ROOT

START_SECONDS = 90.0
STOP_SECONDS = 20.0
SETTLE_SECONDS = 180.0
# Variables that are removed, so that the embedded servers are measured whatever the shell has set.
REPLACEMENTS = ("DATABASE_URL", "REDIS_URL", "REDIS_HOST", "REDIS_PORT", "INFLUXDB_URL")
SERVERS = ("postgres", "valkey-server")


@dataclass(frozen=True)
class Member:
    """A process of the stack. kind: runner, worker, server or other; name: the function's or the server's.

    cpu: seconds that it has used.
    """

    pid: int
    kind: str
    name: str
    memory: Memory
    cpu: float


class Stack:
    """A running local_runner.py. ready: the content of its ready file."""

    def __init__(self, process: subprocess.Popen[bytes], ready: dict[str, Any]) -> None:
        self._process = process
        self._http = httpx.Client(timeout=60, trust_env=False)
        self.ready = ready
        self.base_url = str(ready["api_url"]).removesuffix("/api/v1")

    def get(self, path: str) -> Any:
        """Return the JSON body of a GET that is answered with 200."""
        headers = {"authorization": f"Bearer {self.ready['instructor_token']}"}
        return self._http.get(self.base_url + path, headers=headers).raise_for_status().json()

    def link(self) -> str:
        """Return a one-time link that signs a browser in as the operator."""
        headers = {"authorization": f"Bearer {self.ready['instructor_token']}"}
        answer = self._http.post(f"{self.base_url}/api/v1/session/links", headers=headers, json={}).raise_for_status()
        return f"{self.base_url}/?token={answer.json()['link']}"

    def post(self, events: list[dict[str, Any]]) -> None:
        """Post a batch; raise an error if it is not accepted."""
        self._http.post(self.ready["ingest_url"], json=events).raise_for_status()

    def socket_url(self) -> str:
        """Return an address that opens one socket."""
        headers = {"authorization": f"Bearer {self.ready['instructor_token']}"}
        answer = self._http.post(
            f"{self.ready['api_url']}/session/tickets", json={}, headers=headers
        ).raise_for_status()
        return f"{self.ready['websocket_url']}?token={answer.json()['ticket']}"

    def stored(self, class_id: str) -> list[str]:
        """Return the ids of all stored events of a class, page by page."""
        ids: list[str] = []
        after = ""
        while True:
            page = self.get(f"/api/v1/classes/{class_id}/events?limit=1000{after}")
            ids += [event["eventId"] for event in page["events"]]
            if page["next"] is None:
                return ids
            after = f"&after={page['next']}"

    def status(self) -> Any:
        """Return the runner's status, which needs the token of the data directory."""
        token = (Path(self.ready["data_dir"]) / "control.token").read_text().strip()
        headers = {"authorization": f"Bearer {token}"}
        return self._http.get(f"{self.base_url}/_runner/status", headers=headers).raise_for_status().json()

    def settle(self) -> float:
        """Wait until the queues are empty, but at most SETTLE_SECONDS; return the seconds waited."""
        began = time.monotonic()
        while time.monotonic() - began < SETTLE_SECONDS:
            queues = self.status()["queues"].values()
            if not any(queue["waiting"] or queue["inFlight"] for queue in queues if not queue["deadLettersOf"]):
                break
            time.sleep(0.5)
        return time.monotonic() - began

    def members(self) -> list[Member]:
        """Return the runner's processes and their present memory."""
        runner = psutil.Process(self._process.pid)
        found = [_member(runner, "runner", "local_runner.py")]
        for child in runner.children(recursive=True):
            try:
                function = child.environ().get("AWS_LAMBDA_FUNCTION_NAME")
                name = function or child.name()
                kind = "worker" if function else "server" if name in SERVERS else "other"
                found.append(_member(child, kind, name))
            except psutil.Error:
                # The process has ended meanwhile.
                continue
        return found

    def kill(self) -> None:
        """Kill the runner (SIGKILL); the kernel then ends its children."""
        self._process.kill()
        self._process.wait()


def _member(process: psutil.Process, kind: str, name: str) -> Member:
    return Member(process.pid, kind, name, memory_of(process.pid), cpu_seconds(process))


def cpu_seconds(process: psutil.Process) -> float:
    """Return the processor time of a process, in seconds."""
    times = process.cpu_times()
    return float(times.user + times.system)


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[Stack]:
    """Run a stack, with its data in the folder, until the block ends."""
    ready_file, output_path = folder / "ready.json", folder / "output.txt"
    options = ["--port", "0", "--data-dir", str(folder / "data"), "--ready-file", str(ready_file), *arguments]
    # A killed runner leaves its ready file.
    ready_file.unlink(missing_ok=True)
    with output_path.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, str(ROOT / "local_runner.py"), *options],
            cwd=folder,
            env={name: value for name, value in os.environ.items() if name not in REPLACEMENTS},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not ready_file.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"local_runner.py did not start:\n{output_path.read_text(errors='replace')}")
            time.sleep(0.05)
        yield Stack(process, json.loads(ready_file.read_text()))
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            # The kernel then ends its children.
            process.kill()
            process.wait()


def summed(members: Sequence[Member], *kinds: str) -> Memory:
    """Return the total memory of the processes of these kinds."""
    return sum((member.memory for member in members if member.kind in kinds), Memory(0, 0))


def raise_file_limit() -> int:
    """Raise the limit of open files for this process and its children to the maximum; return it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard
