"""The workers of one function: as many as the load asks for and the function's concurrency allows."""

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

# What Lambda grants the code outside the handler; what takes longer is loaded once more, within the function's Timeout.
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html (init phase)
INIT_SECONDS = 10.0
IDLE_SECONDS = 60.0
SWEEP_SECONDS = 0.25
# A cold start takes a quarter of a second of one core: not for two requests that meet by chance.
GROW_AFTER_SECONDS = 0.02
# awslambdaric keeps some hundred bytes of every invocation for good: after so many, about 3 MB, a worker is replaced.
MOST_INVOCATIONS = 25_000
# The next one is started before the old one goes, so that nobody waits for a cold start.
INVOCATIONS_AHEAD = 100

STOPPING = Outcome(error_document("Runtime.Stopping", "the runner is stopping"), failed=True)

# Workers that start are bound by the processor: more than it has cores would make each other late.
START_TOGETHER = max(2, os.cpu_count() or 1)

MakeWorker = Callable[[Function, FunctionLog], Worker]
Observe = Callable[[str, Timing, Outcome], None]


class FunctionPool:
    """Invokes one function. most: workers at one time; the idle are retired, but for the first where it is kept warm.

    starts: shared by the pools of a system, so that only so many workers start at one time.

    New code, of the function or of its layers, is seen at the next invocation: no worker of the old code takes it.
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
        """Workers that there are, or are about to be."""
        return len(self._workers)

    @property
    def busy(self) -> int:
        """Workers in the middle of an invocation, or starting."""
        return len(self._workers) - len(self._idle)

    async def start(self) -> None:
        """Warm one worker up where one is kept, so that the first invocation is not a cold start."""
        self._sweeper = asyncio.create_task(self._sweep())
        if self.most > 0 and self._kept:
            self._grow()
            await asyncio.wait(self._tasks)

    async def invoke(self, payload: bytes, patience: float | None = None) -> Outcome:
        """Return what the handler answers.

        Raises Throttled: no worker got free for `patience` seconds, or the function may have none.
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
            # Nobody waits for the answer any more, and the worker is in the middle of it.
            await asyncio.shield(self._discard(worker))
            raise
        self._served[worker] += 1
        self._log.report(request_id, timing, self.function, outcome)
        if self._observe is not None:
            self._observe(self.function.name, timing, outcome)
        self._release(worker)
        return outcome

    def _renew(self) -> None:
        """Let go of every worker of the old code; those that are busy are let go of when they are done."""
        log.warning("%s: the code has changed and is loaded anew", self.function.name)
        self._generation += 1
        for worker in list(self._idle):
            self._let_go(worker)

    async def rest(self) -> None:
        """End every worker that is idle; the next invocation starts one."""
        for worker in list(self._idle):
            await self._discard(worker)

    async def stop(self) -> None:
        """End every worker."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sweeper
        self._stopping = True
        self._turn_away(STOPPING)
        await asyncio.gather(*(self._discard(worker) for worker in list(self._workers)))
        # A worker that was just starting may be stopped in another task.
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def _acquire(self, patience: float | None) -> Worker | Outcome:
        """Return a worker that is free now, or why none could be started. Raises Throttled."""
        deadline = time.monotonic() + patience if patience is not None else None
        while True:
            while self._idle:
                # The one used last: the others get a chance to be retired.
                worker = self._idle.pop()
                if worker.alive:
                    return worker
                await self._discard(worker)
            failure = await self._wait(deadline)
            if failure is not None:
                return failure

    async def _wait(self, deadline: float | None) -> Outcome | None:
        """Wait for a worker to get free; a busy one often is before a new one would be up. Raises Throttled."""
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
                    # Lambda turns away what exceeds the concurrency, not what waits for a cold start.
                    if not self._starting:
                        raise Throttled(self.function.name)
                    left = SWEEP_SECONDS
                await asyncio.wait({waiter}, timeout=left)
            return waiter.result()
        except asyncio.CancelledError:
            if waiter.done():
                # What woke this one up is the next one's now.
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
            # It was let go of before it was up.
            return
        self._log.error(failure.payload)
        if not self._workers:
            # Nobody is left to serve those who wait.
            self._turn_away(failure)

    async def _load(self, worker: Worker) -> Outcome | None:
        async with self._starts:
            if worker not in self._workers:
                return STOPPING
            with contextlib.suppress(TimeoutError):
                return await worker.start(INIT_SECONDS)
        timeout = self.function.timeout
        log.warning(
            "%s: Init timed out after %.2f seconds; once more, within its Timeout", self.function.name, INIT_SECONDS
        )
        try:
            return await worker.start(timeout) if worker in self._workers else STOPPING
        except TimeoutError:
            return Outcome(
                error_document("Sandbox.Timedout", f"Task timed out after {timeout:.2f} seconds"), failed=True
            )

    def _turn_away(self, failure: Outcome) -> None:
        while self._waiters:
            self._wake(failure)

    def _release(self, worker: Worker) -> None:
        left = self._most_invocations - self._served[worker]
        if left == INVOCATIONS_AHEAD and self.size < self.most:
            self._grow()
        if not worker.alive or left <= 0 or self._workers.get(worker) != self._generation:
            self._let_go(worker)
            return
        self._idle.append(worker)
        self._wake()

    def _let_go(self, worker: Worker) -> None:
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
        """Retire what has been idle for long, but what is kept; notice what died while idle or uses too much memory."""
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
                    self._let_go(worker)
