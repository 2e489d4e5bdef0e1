"""A thread for one worker."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")


class WorkerThread:
    """Runs one call after another until close(). As a daemon it does not keep the runner from exiting.

    It has an event loop, because Mangum uses the thread's loop and Python gives one to the main thread only.
    """

    def __init__(self, name: str) -> None:
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def do(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """Call `work`, which must not raise, in the thread; return a future of the caller's event loop."""
        future: Future[T] = Future()
        self._work.put(lambda: future.set_result(work()) if future.set_running_or_notify_cancel() else None)
        return asyncio.wrap_future(future)

    def close(self) -> None:
        """End the thread after its current call."""
        self._work.put(None)

    def _run(self) -> None:
        with asyncio.Runner() as runner:
            runner.get_loop()
            while (work := self._work.get()) is not None:
                work()
