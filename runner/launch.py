"""Starts and stops a system: the order of the steps, signals, and child processes."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import uvloop

from runner.control.client import publish
from runner.edge.distribution import ViewerRequest
from runner.embedded.data_dir import DataDir
from runner.embedded.process import end_group, no_orphans, start_child
from runner.errors import RunnerError
from runner.functions.privileges import StaysRoot, worker_accounts
from runner.http_server import bind
from runner.sources.kinds import KINDS
from runner.sources.sqs.backend import NoQueues, QueueBackend
from runner.stores import REDIS, Stores
from runner.system import Buckets, Options, System
from runner.template.model import Stack
from runner.template.reader import read

log = logging.getLogger(__name__)

HURRIED = 130
# How long a command that runs beside the system has to end.
BESIDE_SECONDS = 2.0


@dataclass(frozen=True)
class Launch:
    """What to run and where.

    servers: those of stores.SERVERS that the functions use; a Redis is added where the template's queues need one.
    parameters: (stores, data directory) -> the template's parameters. first: functions and their events, which must
    succeed one after the other before the server listens. ready: called when the system serves requests; returns the
    commands to run beside it, in `directory`. done: removes what `ready` has written, at the end, and at the start
    for a runner that was killed.
    """

    template: Path
    data_dir: Path
    ready: Callable[["Running"], Sequence[Sequence[str]]]
    host: str = "127.0.0.1"
    port: int = 8000
    directory: Path = Path()
    servers: Collection[str] = ()
    database: str = "app"
    parameters: Callable[[Stores, DataDir], Mapping[str, str]] = lambda stores, data_dir: {}  # noqa: ARG005
    done: Callable[[], None] = lambda: None
    first: Sequence[tuple[str, bytes]] = ()
    options: Options = field(default_factory=Options)
    sqs_endpoint: str | None = None
    buckets: Buckets = field(default_factory=Buckets)
    viewer_requests: Mapping[str, ViewerRequest] = field(default_factory=dict)


@dataclass(frozen=True)
class Running:
    """A system that serves requests: its port, data directory, parameters and stack."""

    port: int
    data_dir: DataDir
    parameters: Mapping[str, str]
    stack: Stack


def serve(launch: Launch) -> int:
    """Run until a signal says to stop; return the exit status. Raises RunnerError."""
    with no_orphans():
        return uvloop.run(_until_signal(launch))


async def _until_signal(launch: Launch) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stopped(_: signal.Signals) -> None:
        if stop.is_set():
            # The second signal: the kernel ends the children with the runner; servers recover at the next start.
            launch.done()
            os._exit(HURRIED)
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped, number)
    async with contextlib.AsyncExitStack() as cleanup:
        starting = asyncio.create_task(_start(launch, cleanup))
        signalled = asyncio.create_task(stop.wait())
        await asyncio.wait({starting, signalled}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            await asyncio.wait({starting})
        if not starting.cancelled():
            starting.result()
        await signalled
        _say("Stopping …")
    _say("Stopped.")
    return 0


async def _start(launch: Launch, cleanup: contextlib.AsyncExitStack) -> None:
    data_dir = DataDir(launch.data_dir)
    cleanup.callback(data_dir.close)
    stores = Stores(data_dir, launch.database, os.environ, launch.servers)
    # Read the template before anything starts, so that its errors are reported at once.
    stack = read(launch.template, launch.parameters(stores, data_dir), str, "ws://127.0.0.1:0", KINDS)
    if stack.queues and launch.sqs_endpoint is None:
        stores.use(REDIS)
    listener = bind(launch.host, launch.port)
    cleanup.callback(listener.close)
    # A runner that was killed has left its ready file.
    launch.done()
    _say(f"Starting {stores.described}; data in {data_dir.path}" if stores.described else f"Data in {data_dir.path}")
    cleanup.push_async_callback(stores.stop)
    await stores.start()

    internal = bind("127.0.0.1", 0)
    cleanup.callback(internal.close)
    parameters = launch.parameters(stores, data_dir)
    backend = _backend(launch, stores, stack)
    stack = await asyncio.to_thread(_read_stack, launch, parameters, backend, f"127.0.0.1:{_port_of(internal)}")
    if stack.not_emulated:
        _say(f"Not emulated here: {', '.join(stack.not_emulated)}")
    _say(f"Starting {len(stack.functions)} functions")
    options = launch.options if launch.options.in_process else await _as_other_users(launch.options, stack)
    system = System(
        stack,
        data_dir,
        backend,
        listener,
        internal,
        buckets=launch.buckets,
        viewer_requests=launch.viewer_requests,
        options=options,
    )
    cleanup.push_async_callback(system.stop)
    await system.start(launch.first)
    cleanup.callback(publish(data_dir, _port_of(internal)))
    cleanup.callback(launch.done)
    for command in await _announced(launch, Running(_port_of(listener), data_dir, parameters, stack)):
        cleanup.push_async_callback(await _beside(command, launch.directory))


async def _as_other_users(options: Options, stack: Stack) -> Options:
    """Return the options with the users of the workers; say it when they stay root."""
    try:
        return replace(options, accounts=await worker_accounts(stack.functions))
    except StaysRoot as error:
        _say(
            f"The functions run as root, because {error}: "
            "run as an ordinary user, or move the project to a directory that every user may enter"
        )
        return options


async def _announced(launch: Launch, running: Running) -> Sequence[Sequence[str]]:
    """Call `ready` in a thread, because it may send requests to the system."""
    calling = asyncio.create_task(asyncio.to_thread(launch.ready, running))
    try:
        return await asyncio.shield(calling)
    except asyncio.CancelledError:
        # A thread cannot be cancelled: wait until it has written the ready file, so that `done` removes it.
        await calling
        raise


def _backend(launch: Launch, stores: Stores, stack: Stack) -> QueueBackend:
    if not stack.queues:
        return NoQueues()
    if launch.sqs_endpoint is not None:
        from runner.sources.sqs.endpoint_backend import SqsBackend

        return SqsBackend(launch.sqs_endpoint)
    from runner.sources.sqs.streams_backend import StreamsBackend

    return StreamsBackend(stores.redis_url, exclusive=stores.redis is not None)


def _read_stack(launch: Launch, parameters: Mapping[str, str], backend: QueueBackend, internal: str) -> Stack:
    """Return what the template describes, with the queues' URLs; a backend may have to create the queues first."""
    endpoint = f"ws://{internal}"
    backend.prepare(read(launch.template, parameters, backend.url_of, endpoint, KINDS).queues)
    stack = read(launch.template, parameters, backend.url_of, endpoint, KINDS)
    functions = {
        name: replace(function, environment=function.environment | backend.variables())
        for name, function in stack.functions.items()
    }
    debugged = launch.options.debugged
    if debugged is not None and debugged not in functions:
        raise RunnerError(f"--debug {debugged}: there is no such function; there are {', '.join(functions)}")
    return replace(stack, functions=functions)


async def _beside(command: Sequence[str], directory: Path) -> Callable[[], Coroutine[Any, Any, None]]:
    """Start a command that runs until the system stops; return the function that ends it."""
    process = await start_child(command, env=os.environ, cwd=directory, output=None)

    async def watch() -> None:
        status = await process.wait()
        log.warning("%s ended (%s)", " ".join(command[1:3]), status)

    watching = asyncio.create_task(watch())

    async def end() -> None:
        watching.cancel()
        await end_group(process, signal.SIGTERM, BESIDE_SECONDS)

    return end


def _port_of(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


__all__ = ["Launch", "RunnerError", "Running", "serve"]
