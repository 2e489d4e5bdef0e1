"""Work in several threads at once."""

import threading
from collections.abc import Callable


def in_threads(number: int, work: Callable[[int], None]) -> None:
    """Call `work` in so many threads, with the thread's number; fail if one of them does."""
    errors: list[BaseException] = []

    def run(index: int) -> None:
        try:
            work(index)
        except BaseException as error:  # noqa: BLE001  # told to the test below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
