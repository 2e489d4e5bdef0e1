"""Concurrent work in several threads."""

import threading
from collections.abc import Callable


def in_threads(number: int, work: Callable[[int], None]) -> None:
    """Call `work` in several threads, with the thread's number; raise the first of their errors."""
    errors: list[BaseException] = []

    def run(index: int) -> None:
        try:
            work(index)
        except BaseException as error:  # noqa: BLE001  # raised in the test's thread below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
