"""Serve one function of a template behind the runner's public edge, in a separate process.

The process reads a line of JSON (see Served) from standard input, and writes its port to standard output. It ends when
its standard input ends, so it never outlives the measurement.
"""

import asyncio
import dataclasses
import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvloop

from runner.embedded.data_dir import DataDir
from runner.http_server import bind
from runner.sources.kinds import KINDS
from runner.sources.sqs.streams_backend import StreamsBackend
from runner.system import Buckets, Options, System
from runner.template.model import Behavior, Stack
from runner.template.reader import read

ROOT = Path(__file__).resolve().parents[1]
METHODS = ("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE")


@dataclass(frozen=True)
class Served:
    """The function to serve. in_process: run it in threads of the server instead of worker processes."""

    template: str
    function: str
    parameters: Mapping[str, str]
    redis_url: str
    data_dir: str
    in_process: bool


def stack_of(served: Served) -> Stack:
    """Return the template's stack, reduced to one function that serves every path."""
    backend = StreamsBackend(served.redis_url, exclusive=False)
    stack = read(Path(served.template), served.parameters, backend.url_of, "ws://127.0.0.1:1", KINDS)
    return dataclasses.replace(
        stack,
        functions={served.function: stack.functions[served.function]},
        queues={},
        sources=(),
        websocket_api=None,
        behaviors=(Behavior("*", "function", served.function, METHODS, None),),
        origins={},
    )


@contextmanager
def serving(served: Served) -> Iterator[tuple[int, int]]:
    """Serve in a separate process; yield its pid and port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.runner_served"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(dataclasses.asdict(served)).encode() + b"\n")
        process.stdin.flush()
        yield process.pid, int(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait(15)
        process.stdout.close()


def timed_requests(
    connection: http.client.HTTPConnection, count: int, method: str, path: str, *, body: bytes | None, status: int
) -> list[float]:
    """Send `count` requests one after the other over a connection; return the seconds that each took."""
    taken = []
    for _ in range(count):
        began = time.perf_counter()
        connection.request(method, path, body, {"content-type": "application/json"})
        response = connection.getresponse()
        answer = response.read()
        taken.append(time.perf_counter() - began)
        if response.status != status:
            raise SystemExit(f"{method} {path} answered {response.status} instead of {status}: {answer[:300]!r}")
    return taken


async def _serve(served: Served) -> None:
    data_dir = DataDir(Path(served.data_dir))
    listener = bind("127.0.0.1", 0)
    backend = StreamsBackend(served.redis_url, exclusive=False)
    system = System(
        stack_of(served),
        data_dir,
        backend,
        listener,
        bind("127.0.0.1", 0),
        buckets=Buckets(),
        viewer_requests={},
        options=Options(in_process=served.in_process),
    )
    await system.start([])
    print(listener.getsockname()[1], flush=True)
    # Functions in threads print to standard output: nobody reads it any more, so it would fill.
    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    await asyncio.to_thread(sys.stdin.read)
    await system.stop()
    data_dir.close()


if __name__ == "__main__":
    uvloop.run(_serve(Served(**json.loads(sys.stdin.readline()))))
