"""A Function URL on the runner and on MiniStack: the same empty function, in turns, over keep-alive connections.

MiniStack waits up to 50 ms after each answer for output of the handler, so a handler that prints a line is measured
too.
"""

import argparse
import http.client
import io
import sys
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from benchmarks.runner_events import EMPTY_HANDLER, empty_function
from benchmarks.runner_measures import Memory, Samples, latency_table, megabytes, memory_of, occasion
from benchmarks.runner_rival import client_of, ministack, version
from benchmarks.runner_served import Served, serving, timed_requests

WARM_UP = 30
KINDS = {"prints a line": "log", "prints nothing": ""}


def deploy(port: int) -> str:
    """Create the function on MiniStack; return the path of its URL, which ends in a slash."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("handler.py", EMPTY_HANDLER)
    client = client_of("lambda", port)
    client.create_function(
        FunctionName="empty",
        Runtime=f"python3.{sys.version_info.minor}",
        Role="arn:aws:iam::000000000000:role/benchmark",
        Handler="handler.handler",
        Code={"ZipFile": package.getvalue()},
        MemorySize=512,
        Timeout=10,
    )
    client.get_waiter("function_active_v2").wait(FunctionName="empty", WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    url: str = client.create_function_url_config(FunctionName="empty", AuthType="NONE")["FunctionUrl"]
    return f"/_aws/lambda-url/{(urlsplit(url).hostname or '').partition('.')[0]}/"


def measure(folder: Path, rounds: int, count: int) -> tuple[dict[str, list[Samples]], dict[str, Memory]]:
    """Return the samples of both for each kind of handler, and the memory of both, workers included."""
    with ExitStack() as cleanup:
        rival_folder = folder / "ministack"
        rival_folder.mkdir()
        rival, rival_port = cleanup.enter_context(ministack(rival_folder))
        template = empty_function(folder)
        served = Served(str(template), "EmptyFunction", {}, "redis://127.0.0.1:1/0", str(folder / "data"), False)
        pid, port = cleanup.enter_context(serving(served))

        def way(at: int, path: str) -> Callable[[int], list[float]]:
            connection = http.client.HTTPConnection("127.0.0.1", at, timeout=30)
            return lambda times: timed_requests(connection, times, "GET", path, body=None, status=200)

        rival_path = deploy(rival_port)
        ways = {
            (kind, name): way(at, path + last)
            for kind, last in KINDS.items()
            for name, at, path in (("the runner", port, "/"), ("MiniStack", rival_port, rival_path))
        }
        found = {key: Samples(key[1]) for key in ways}
        for request in ways.values():
            request(WARM_UP)
        for number in range(rounds):
            for key in list(ways)[:: 1 if number % 2 else -1]:
                found[key].take(ways[key](count))
        memories = {"the runner": family_memory(psutil.Process(pid)), "MiniStack": family_memory(rival)}
        return {kind: [found[key] for key in ways if key[0] == kind] for kind in KINDS}, memories


def family_memory(root: psutil.Process) -> Memory:
    """Return the memory of a process and its descendants."""
    return sum((memory_of(process.pid) for process in root.children(recursive=True)), memory_of(root.pid))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.runner_ministack", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="rounds in which both take turns (default 15)")
    parser.add_argument("--count", type=int, default=40, help="requests to each in a round (default 40)")
    options = parser.parse_args()
    print(occasion())
    with tempfile.TemporaryDirectory() as folder:
        found, memories = measure(Path(folder), options.rounds, options.count)
    print(f"{version()}; {options.rounds} rounds of {options.count} each\n")
    for kind, samples in found.items():
        print(latency_table(f"Function URL, an empty function that {kind}", samples), end="\n\n")
    for name, memory in memories.items():
        print(f"{name} with one worker: {megabytes(memory.rss)} MB RSS, {megabytes(memory.pss)} MB PSS")


if __name__ == "__main__":
    main()
