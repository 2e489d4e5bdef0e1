"""The workers of one function: as many as its load needs and its concurrency allows."""

import asyncio
import contextlib
import logging
import os
import time
from collections import Counter, deque
from collections.abc import Callable, Coroutine
from typing import Any

from runner.functions.code_state import CodeState
from runner.functions.function_log import FunctionLog
from runner.functions.outcome import Outcome, Throttled, Timing
from runner.functions.process_worker import ProcessWorker
from runner.functions.runtime_api import error_document
from runner.functions.worker import Worker
from runner.template.model import Function

log = logging.getLogger(__name__)

# Lambda's limit for the code outside the handler; after it the code is loaded once more, within the function's Timeout.
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html (init phase)
INIT_SECONDS = 10.0
IDLE_SECONDS = 60.0
SWEEP_SECONDS = 0.25
# A cold start takes a quarter of a second of one core; requests that overlap briefly should not cause one.
GROW_AFTER_SECONDS = 0.02
# awslambdaric leaks about a hundred bytes an invocation: after so many, about 3 MB, a worker is replaced.
MOST_INVOCATIONS = 25_000
# The replacement starts before the old worker ends, so that no request waits for a cold start.
INVOCATIONS_AHEAD = 100

STOPPING = Outcome(error_document("Runtime.Stopping", "the runner is stopping"), failed=True)

# Starting a worker is CPU-bound: more at a time than there are cores would delay each other.
START_TOGETHER = max(2, os.cpu_count() or 1)

MakeWorker = Callable[[Function, FunctionLog], Worker]
Observe = Callable[[str, Timing, Outcome], None]


class FunctionPool:
    """Invokes one function. most: the limit of workers; idle workers are retired, except one where `warm`.

    starts: shared by the pools of a system; limits how many workers start at one time.

    Changed code, of the function or of its layers, is loaded at the next invocation; old workers get no more.
    """

    def __init__(
        self,
        function: Function,
        function_log: FunctionLog,
        most: int,
        idle_seconds: float = IDLE_SECONDS,
        *,
        warm: bool = True,
        make_worker: MakeWorker = ProcessWorker,
        observe: Observe | None = None,
        most_invocations: int = MOST_INVOCATIONS,
        starts: asyncio.Semaphore | None = None,
    ) -> None:
        self.function = function
        self.most = min(most, function.reserved_concurrency) if function.reserved_concurrency is not None else most
        self._log = function_log
        self._idle_seconds = idle_seconds
        self._kept = 1 if warm else 0
        self._make_worker = make_worker
        self._observe = observe
        self._most_invocations = most_invocations
        self._served: Counter[Worker] = Counter()
        self._code = CodeState((function.code, *function.layers))
        self._generation = 0
        self._idle: deque[Worker] = deque()
        self._workers: dict[Worker, int] = {}
        self._starts = starts or asyncio.Semaphore(START_TOGETHER)
        self._starting = 0
        self._waiters: deque[asyncio.Future[Outcome | None]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._sweeper: asyncio.Task[None] | None = None
        self._stopping = False

    @property
    def size(self) -> int:
        """The number of workers, including those that start."""
        return len(self._workers)

    @property
    def busy(self) -> int:
        """The number of workers that run an invocation or start."""
        return len(self._workers) - len(self._idle)

    async def start(self) -> None:
        """Start one worker where one is kept warm, so that the first invocation is not a cold start."""
        self._sweeper = asyncio.create_task(self._sweep())
        if self.most > 0 and self._kept:
            self._grow()
            await asyncio.wait(self._tasks)

    async def invoke(self, payload: bytes, patience: float | None = None) -> Outcome:
        """Return the handler's outcome.

        Raises Throttled: no worker became free within `patience` seconds, or the function's concurrency is 0.
        """
        if self.most == 0:
            raise Throttled(self.function.name)
        if self._code.has_changed():
            self._renew()
        worker = await self._acquire(patience)
        if isinstance(worker, Outcome):
            return worker
        try:
            outcome, request_id, timing = await worker.invoke(payload)
        except asyncio.CancelledError:
            # The caller has left while the worker is still busy.
            await asyncio.shield(self._discard(worker))
            raise
        self._served[worker] += 1
        self._log.report(request_id, timing, self.function, outcome)
        if self._observe is not None:
            self._observe(self.function.name, timing, outcome)
        self._release(worker)
        return outcome

    def _renew(self) -> None:
        """Retire every worker that runs the old code; busy workers are retired after their invocation."""
        log.warning("%s: the code has changed and is reloaded", self.function.name)
        self._generation += 1
        for worker in list(self._idle):
            self._retire(worker)

    async def rest(self) -> None:
        """Stop every idle worker; the next invocation starts one."""
        for worker in list(self._idle):
            await self._discard(worker)

    async def stop(self) -> None:
        """Stop every worker."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sweeper
        self._stopping = True
        self._fail_waiters(STOPPING)
        await asyncio.gather(*(self._discard(worker) for worker in list(self._workers)))
        # Workers that were starting are stopped by their own tasks.
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def _acquire(self, patience: float | None) -> Worker | Outcome:
        """Return a free worker, or the failure when none could be started. Raises Throttled."""
        deadline = time.monotonic() + patience if patience is not None else None
        while True:
            while self._idle:
                # The most recently used one, so that the others become idle and are retired.
                worker = self._idle.pop()
                if worker.alive:
                    return worker
                await self._discard(worker)
            failure = await self._wait(deadline)
            if failure is not None:
                return failure

    async def _wait(self, deadline: float | None) -> Outcome | None:
        """Wait for a free worker: a busy one is often free before a new one has started. Raises Throttled."""
        if self._stopping:
            return STOPPING
        waiter: asyncio.Future[Outcome | None] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            if self.size:
                await asyncio.wait({waiter}, timeout=GROW_AFTER_SECONDS)
            if not waiter.done() and self._starting < len(self._waiters) and self.size < self.most:
                self._grow()
            while not waiter.done():
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    # Lambda throttles requests above the concurrency, not those that wait for a cold start.
                    if not self._starting:
                        raise Throttled(self.function.name)
                    left = SWEEP_SECONDS
                await asyncio.wait({waiter}, timeout=left)
            return waiter.result()
        except asyncio.CancelledError:
            if waiter.done():
                # Pass the wake-up on to the next waiter.
                self._wake()
            raise
        finally:
            with contextlib.suppress(ValueError):
                self._waiters.remove(waiter)

    def _grow(self) -> None:
        worker = self._make_worker(self.function, self._log)
        self._workers[worker] = self._generation
        self._starting += 1
        self._in_background(self._start(worker))

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _start(self, worker: Worker) -> None:
        failure = await self._load(worker)
        self._starting -= 1
        if failure is None:
            self._release(worker)
            return
        if self._workers.pop(worker, None) is None:
            # It was retired while it started.
            return
        self._log.error(failure.payload)
        if not self._workers:
            # No worker is left to serve the waiting requests.
            self._fail_waiters(failure)

    async def _load(self, worker: Worker) -> Outcome | None:
        async with self._starts:
            if worker not in self._workers:
                return STOPPING
            with contextlib.suppress(TimeoutError):
                return await worker.start(INIT_SECONDS)
        timeout = self.function.timeout
        log.warning(
            "%s: Init timed out after %.2f seconds; trying again within its Timeout", self.function.name, INIT_SECONDS
        )
        try:
            return await worker.start(timeout) if worker in self._workers else STOPPING
        except TimeoutError:
            return Outcome(
                error_document("Sandbox.Timedout", f"Task timed out after {timeout:.2f} seconds"), failed=True
            )

    def _fail_waiters(self, failure: Outcome) -> None:
        while self._waiters:
            self._wake(failure)

    def _release(self, worker: Worker) -> None:
        left = self._most_invocations - self._served[worker]
        if left == INVOCATIONS_AHEAD and self.size < self.most:
            self._grow()
        if not worker.alive or left <= 0 or self._workers.get(worker) != self._generation:
            self._retire(worker)
            return
        self._idle.append(worker)
        self._wake()

    def _retire(self, worker: Worker) -> None:
        self._forget(worker)
        self._in_background(worker.stop())

    async def _discard(self, worker: Worker) -> None:
        self._forget(worker)
        await worker.stop()

    def _forget(self, worker: Worker) -> None:
        self._workers.pop(worker, None)
        self._served.pop(worker, None)
        with contextlib.suppress(ValueError):
            self._idle.remove(worker)
        self._wake()

    def _wake(self, failure: Outcome | None = None) -> None:
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(failure)
                return

    async def _sweep(self) -> None:
        """Retire workers that are idle for long or have died, except the warm one; end those above MemorySize."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            now = time.monotonic()
            for worker in list(self._workers):
                if worker.over_memory():
                    log.error("%s: a worker used more than MemorySize and was ended", self.function.name)
            for worker in list(self._idle):
                if not worker.alive or (
                    len(self._workers) > self._kept and now - worker.idle_since > self._idle_seconds
                ):
                    self._retire(worker)
