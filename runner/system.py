"""The system: functions, event sources and edge, started and stopped in order."""

import asyncio
import logging
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from runner.addresses import LOOPBACK, is_forwarded, is_on_this_machine
from runner.control.api import ControlApi, StatusApi, with_token
from runner.control.metrics import Metrics
from runner.edge.connections import Connections
from runner.edge.direct_paths import DirectPaths
from runner.edge.distribution import Distribution, ViewerRequest
from runner.edge.function_url import FunctionUrlApp
from runner.edge.management_api import ManagementApi
from runner.edge.signature import Signatures
from runner.edge.websocket_api import Limits, WebSocketApp
from runner.embedded.data_dir import DataDir
from runner.embedded.process import Account
from runner.errors import RunnerError
from runner.functions.environment import CREDENTIALS
from runner.functions.function_log import FunctionLog, headline
from runner.functions.outcome import Outcome, Throttled
from runner.functions.pool import START_TOGETHER, FunctionPool, MakeWorker
from runner.functions.process_worker import ProcessWorker
from runner.functions.runtime_api import error_document
from runner.functions.thread_worker import ThreadWorker
from runner.http_server import App, HttpServer, Receive, Scope, Send, forbid, only_at
from runner.sources.kinds import running
from runner.sources.sqs.backend import DeadLetterQueue, QueueBackend
from runner.tasks import together
from runner.template.model import Stack

log = logging.getLogger(__name__)

# How long a Function URL's request waits for a worker before it is answered 429.
PATIENCE_SECONDS = 5.0
DRAIN_SECONDS = 3.0


@dataclass(frozen=True)
class Buckets:
    """Folders that stand for buckets, by logical id. missing: the answer when a folder does not exist."""

    folders: Mapping[str, Path] = field(default_factory=dict)
    missing: str = "This page has not been built.\n"


@dataclass(frozen=True)
class Options:
    """How functions run. debugged: the logical id of the function that runs in a thread, without a Timeout.

    accounts: the user of each function's worker processes; without one it is the runner's own.
    """

    max_workers: int = 2
    in_process: bool = False
    debugged: str | None = None
    socket_limits: Limits = field(default_factory=Limits)
    accounts: Mapping[str, Account] = field(default_factory=dict)


class System:
    """Runs a stack: the public address on `listener`, @connections and the control API on `internal`."""

    def __init__(
        self,
        stack: Stack,
        data_dir: DataDir,
        backend: QueueBackend,
        listener: socket.socket,
        internal: socket.socket,
        *,
        buckets: Buckets,
        viewer_requests: Mapping[str, ViewerRequest],
        options: Options,
    ) -> None:
        self.stack = stack
        self._backend = backend
        self._options = options
        self.metrics = Metrics()
        self._logs = {
            name: FunctionLog(name, data_dir.logs / f"{name}.log", self.metrics.take) for name in stack.functions
        }
        self._starts = asyncio.Semaphore(START_TOGETHER)
        self.pools = {name: self._pool(name) for name in stack.functions}
        self.connections = Connections()
        self.queues = {queue.name: backend.open(queue) for queue in stack.queues.values()}
        self._sources = [running(source, self) for source in stack.sources]
        self._log_dir = data_dir.logs
        status, token = StatusApi(self), data_dir.key("control_token")
        self._status = with_token(token, status)
        self._control = with_token(token, ControlApi(self, status))
        signatures = Signatures(CREDENTIALS["AWS_ACCESS_KEY_ID"], CREDENTIALS["AWS_SECRET_ACCESS_KEY"])
        stage = stack.websocket_api.stage if stack.websocket_api else ""
        self._management = ManagementApi(stage, self.connections, signatures)
        apps = self._apps(buckets)
        self._edge: App = (
            Distribution(stack.behaviors, stack.origins, apps, viewer_requests)
            if stack.behaviors
            else DirectPaths(stack, apps)
        )
        address = f"{LOOPBACK}:{internal.getsockname()[1]}"
        self._internal_server = HttpServer(only_at(address, self._internal_app), internal, sockets=False)
        self._public_server = HttpServer(self._public_app, listener)

    def _apps(self, buckets: Buckets) -> dict[tuple[str, str], App]:
        apps: dict[tuple[str, str], App] = {}
        for name, function in self.stack.functions.items():
            if function.url is not None:
                invoke = partial(self.pools[name].invoke, patience=PATIENCE_SECONDS)
                apps["function", name] = FunctionUrlApp(function.url, invoke)
        if buckets.folders:
            # Imported here: Starlette is needed for folders only.
            from runner.edge.bucket import BucketApp

            apps |= {("bucket", name): BucketApp(folder, buckets.missing) for name, folder in buckets.folders.items()}
        if (api := self.stack.websocket_api) is not None:
            limits = self._options.socket_limits
            apps["websocket", api.logical_id] = WebSocketApp(api, self.invoke, self.connections, limits)
        return apps

    async def invoke(self, function: str, payload: bytes) -> Outcome:
        """Invoke a function and wait for a worker for as long as needed; fail when its reserved concurrency is 0."""
        try:
            return await self.pools[function].invoke(payload)
        except Throttled:
            text = f"the reserved concurrency of {function} is 0"
            return Outcome(error_document("TooManyRequestsException", text), failed=True)

    def most_workers(self, function: str) -> int:
        """See Host.most_workers."""
        return self.pools[function].most

    def dead_letters(self, queue: str, source: str) -> DeadLetterQueue | None:
        """Return the letters of a dead-letter queue; None where the backend cannot show them."""
        return self._backend.dead_letters(queue, source)

    async def start(self, first: Sequence[tuple[str, bytes]]) -> None:
        """Start everything. first: functions that must succeed, in order, before it listens. Raises RunnerError."""
        await self._internal_server.start()
        names = {name for name, _ in first}
        async with together() as warming:
            for name, pool in self.pools.items():
                if name not in names:
                    warming.create_task(pool.start())
            for name, event in first:
                # A failure is one line on the terminal, RunnerError's; the log file has the traceback.
                self._logs[name].on_terminal = False
                outcome = await self.invoke(name, event)
                self._logs[name].on_terminal = True
                if outcome.failed:
                    reason = headline(outcome.payload)
                    raise RunnerError(f"{name} failed, so nothing is started: {reason} (the log is in {self._log_dir})")
                await self.pools[name].rest()
                await self.pools[name].start()
        for source in self._sources:
            source.start()
        await self._public_server.start()

    async def stop(self) -> None:
        """Accept nothing new, let running invocations end, and stop the workers."""
        await self.connections.close_all(1001, "Going away")
        await self._public_server.stop(DRAIN_SECONDS)
        await asyncio.gather(*(source.stop() for source in self._sources))
        await self._internal_server.stop(0)
        await asyncio.gather(*(pool.stop() for pool in self.pools.values()))
        await asyncio.gather(*(queue.close() for queue in self.queues.values()))
        await self._backend.close()
        for function_log in self._logs.values():
            function_log.close()

    async def _public_app(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/_runner/") and is_on_this_machine(scope):
            # A proxy on this machine would otherwise open it to everybody whom it serves.
            forwarded = is_forwarded(name.decode("latin-1") for name, _ in scope["headers"])
            await (forbid if forwarded else self._status)(scope, receive, send)
        else:
            await self._edge(scope, receive, send)

    async def _internal_app(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._management if b"/@connections/" in scope["raw_path"] else self._control
        await app(scope, receive, send)

    def _pool(self, name: str) -> FunctionPool:
        make_worker: MakeWorker = partial(ProcessWorker, account=self._options.accounts.get(name))
        if self._options.in_process:
            make_worker = ThreadWorker
        most = self._options.max_workers
        if name == self._options.debugged:
            # With one worker, one breakpoint is reached at a time.
            make_worker, most = partial(ThreadWorker, debugged=True), 1
        return FunctionPool(
            self.stack.functions[name],
            self._logs[name],
            most,
            # Callers wait for these functions; the others start at their first invocation.
            warm=name in self.stack.waited_for(),
            make_worker=make_worker,
            observe=self.metrics.observe,
            starts=self._starts,
        )
