"""The cost of one invocation: IngestFunction with 1 and 100 events, through the runner and in-process, in turns.

All ways get the same events and use the same embedded Redis. In-process calls the handler with the event as Python
objects; the other ways also carry the event as JSON, as Lambda does.
"""

import argparse
import asyncio
import http.client
import importlib.util
import io
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, redirect_stdout
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import uvloop
from redis.asyncio import Redis

from benchmarks.runner_events import batch, url_event
from benchmarks.runner_measures import Samples, latency_table, occasion
from benchmarks.runner_served import ROOT, Served, serving, stack_of, timed_requests
from runner.embedded.redis import EmbeddedRedis
from runner.functions.environment import environment_of
from runner.functions.function_log import FunctionLog
from runner.functions.pool import FunctionPool, MakeWorker
from runner.functions.process_worker import ProcessWorker
from runner.functions.thread_environment import give
from runner.functions.thread_worker import ThreadWorker
from runner.template.model import Function

FUNCTION = "IngestFunction"
PATH = "/api/v1/events"
AIM_MILLISECONDS = 2.0
WARM_UP = 30
IN_PROCESS, WORKER, HTTP = "the handler in-process", "a worker process", "HTTP, a worker process"

# Number of invocations -> the seconds that each took.
Way = Callable[[int], Awaitable[list[float]]]


def parameters_of(redis_url: str) -> dict[str, str]:
    """Return the template's parameters for a function that uses no store but Redis."""
    secret = "only-for-this-benchmark"  # noqa: S105
    return {
        "DatabaseUrl": "postgresql://nobody:nothing@127.0.0.1:1/none",
        "RedisUrl": redis_url,
        "InstructorToken": secret,
        "IngestKey": secret,
        "SigningKey": secret,
        "PrivacyKey": secret,
        "OpenIngest": "true",
        "MaxEventsPerStudentPerMinute": "0",
    }


def bare_handler(function: Function) -> Callable[[Any, Any], Any]:
    """Load the handler into this thread, with the function's environment variables."""
    give(environment_of(function, "in-process"))
    sys.path[:0] = [str(function.code), *(str(layer / "python") for layer in function.layers)]
    spec = importlib.util.spec_from_file_location("benchmarked", function.code / "handler.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    handler: Callable[[Any, Any], Any] = module.handler
    return handler


async def in_process(function: Function, payload: bytes) -> Way:
    """Call the handler in a separate thread: Mangum needs an event loop that is not running."""
    loop = asyncio.get_running_loop()
    thread = ThreadPoolExecutor(1, initializer=lambda: asyncio.set_event_loop(asyncio.new_event_loop()))
    handler = await loop.run_in_executor(thread, bare_handler, function)
    context = SimpleNamespace(aws_request_id="1", function_name=FUNCTION, invoked_function_arn=function.arn)

    def call(count: int) -> list[float]:
        taken = []
        for _ in range(count):
            event = json.loads(payload)
            began = time.perf_counter()
            answer = handler(event, context)
            taken.append(time.perf_counter() - began)
            assert answer["statusCode"] == 202, answer
        return taken

    return lambda count: loop.run_in_executor(thread, call, count)


def through(pool: FunctionPool, payload: bytes) -> Way:
    """Invoke through a pool of workers."""

    async def call(count: int) -> list[float]:
        taken = []
        for _ in range(count):
            began = time.perf_counter()
            outcome = await pool.invoke(payload)
            taken.append(time.perf_counter() - began)
            assert json.loads(outcome.payload)["statusCode"] == 202, outcome
        return taken

    return call


def over_http(port: int, body: bytes) -> Way:
    """Post to the runner's public address."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    post = partial(timed_requests, connection, method="POST", path=PATH, body=body, status=202)
    return lambda count: asyncio.to_thread(post, count)


async def measure(folder: Path, body: bytes, rounds: int, count: int) -> dict[str, Samples]:
    """Return the samples of each way to post the body."""
    (folder / "logs").mkdir()
    async with AsyncExitStack() as cleanup:
        server = EmbeddedRedis(folder, "only-for-this-benchmark")
        await server.start()
        cleanup.push_async_callback(server.stop)
        redis = Redis.from_url(server.url)
        cleanup.push_async_callback(redis.aclose)
        template, parameters = str(ROOT / "template.yaml"), parameters_of(server.url)

        def served(name: str, threads: bool) -> Served:
            return Served(template, FUNCTION, parameters, server.url, str(folder / name), in_process=threads)

        function = stack_of(served("read", threads=False)).functions[FUNCTION]
        payload = url_event("POST", PATH, body)

        async def pool(name: str, make_worker: MakeWorker) -> FunctionPool:
            log = FunctionLog(name, folder / f"{name}.log")
            cleanup.callback(log.close)
            made = FunctionPool(function, log, 1, make_worker=make_worker)
            await made.start()
            cleanup.push_async_callback(made.stop)
            return made

        def at(name: str, threads: bool) -> Way:
            return over_http(cleanup.enter_context(serving(served(name, threads)))[1], body)

        ways: dict[str, Way] = {
            IN_PROCESS: await in_process(function, payload),
            "a thread of the runner": through(await pool("threads", ThreadWorker), payload),
            WORKER: through(await pool("processes", ProcessWorker), payload),
            "HTTP, a thread": at("http-threads", threads=True),
            HTTP: at("http-processes", threads=False),
        }
        found = {name: Samples(name) for name in ways}
        for way in ways.values():
            await way(WARM_UP)
        for number in range(rounds):
            await redis.flushall()
            names = list(ways)
            for name in names[number % len(names) :] + names[: number % len(names)]:
                found[name].take(await ways[name](count))
        return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.runner_invocation", description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=[1, 100], help="events in a post (default 1 100)")
    parser.add_argument("--rounds", type=int, default=15, help="rounds in which all take turns (default 15)")
    parser.add_argument("--count", type=int, default=40, help="invocations of each in a round (default 40)")
    options = parser.parse_args()
    print(f"{occasion()}\n{options.rounds} rounds of {options.count} each")
    for events in options.events:
        body = batch(events)
        with tempfile.TemporaryDirectory() as folder, redirect_stdout(io.StringIO()):
            found = uvloop.run(measure(Path(folder), body, options.rounds, options.count))
        title = f"IngestFunction, {events} events, {len(body) / 1000:.1f} kB"
        print(f"\n{latency_table(title, list(found.values()))}\n")
        for name in (WORKER, HTTP):
            added = statistics.median(found[name].all) - statistics.median(found[IN_PROCESS].all)
            met = "met" if added < AIM_MILLISECONDS else "not met"
            print(f"{name} adds {added:.2f} ms at the median (target: under {AIM_MILLISECONDS:.0f} ms): {met}")


if __name__ == "__main__":
    main()
