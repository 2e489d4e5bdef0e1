"""A thread for one worker."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")


class WorkerThread:
    """Does one thing after another, until close(). What never ends does not hold up the runner's end: it is a daemon.

    It has an event loop: Mangum runs the application on the thread's, and only the main thread is given one.
    """

    def __init__(self, name: str) -> None:
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def do(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """Have it call `work`, which must not raise; return what comes of it, for the caller's event loop."""
        found: Future[T] = Future()
        self._work.put(lambda: found.set_result(work()) if found.set_running_or_notify_cancel() else None)
        return asyncio.wrap_future(found)

    def close(self) -> None:
        """End it when it has done what it does."""
        self._work.put(None)

    def _run(self) -> None:
        with asyncio.Runner() as runner:
            runner.get_loop()
            while (work := self._work.get()) is not None:
                work()
