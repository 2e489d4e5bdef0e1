"""From the POST to the message at a dashboard's socket, and to the painted pixel in Chromium.

The students are the demo's, at their own pace in the middle of a lesson; a separate part is a class start, when all
come within ten seconds. A local_runner.py with its embedded stores serves them, and every part has a separate class. A
delay begins when the post is due, so that a server that makes its clients wait does not look faster.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from benchmarks.classroom import BURST_SECONDS, Notebooks, Post, class_start, lesson, opening
from benchmarks.dashboards import WATCHED, Delay, delays, opened, page_of, painted
from benchmarks.latency_report import Found, summed_up
from benchmarks.ledger import Ledger
from benchmarks.results import Result, Timed
from benchmarks.runner_stack import raise_file_limit
from scripts.browser import chromium
from tests.e2e.stack import Stack, running

# After the last post: so many seconds without a message end the part, or the longer time at most.
QUIET_SECONDS, MOST_QUIET_SECONDS = 1.0, 45.0
SETTLE_SECONDS = 60.0
AFTER_BURST = 20.0
# The watched student makes an error every so many seconds.
WATCHED_SECONDS = 0.4


def to_sockets(stack: Stack, name: str, posts: Sequence[Post], students: int, dashboards: int) -> Found:
    """Play the posts of a class that has so many open dashboards."""
    class_id = _class_of(posts)
    ledger = Ledger()
    notebooks = Notebooks(stack.ready["ingest_url"], ledger)
    if "start" not in name:
        asyncio.run(notebooks.open_class(opening(students, class_id)))
        settle(stack)
    with opened(stack, dashboards, class_id) as sockets:
        asyncio.run(notebooks.play(posts))
        sockets.wait_until_silent(QUIET_SECONDS, MOST_QUIET_SECONDS)
    settle(stack)
    found, untold = delays(notebooks.sent, sockets.arrivals, dashboards)
    books = ledger.balance(stack.stored_ids(class_id), counted_events(stack, class_id))
    answered = [(post.answered - post.due) * 1000 for post in notebooks.sent]
    samples = [_sample(delay, notebooks.began) for delay in found]
    return Found(name, students, dashboards, samples, len(posts), untold, notebooks.retried, answered, books)


def _class_of(posts: Sequence[Post]) -> str:
    class_id: str = posts[0].events[0]["classId"]
    return class_id


def _sample(delay: Delay, began: float) -> tuple[float, float]:
    return delay.due - began, delay.seconds * 1000


def counted_events(stack: Stack, class_id: str) -> int:
    """Return the number of events in the students' progress."""
    return sum(student["events"] for student in stack.get(f"classes/{class_id}/progress")["students"])


def settle(stack: Stack) -> None:
    """Wait until the queues are empty, but at most SETTLE_SECONDS."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < deadline:
        queues = stack.status()["queues"].values()
        if not any(queue["waiting"] or queue["inFlight"] for queue in queues if not queue["deadLettersOf"]):
            return
        time.sleep(0.25)


def beside(work: Coroutine[Any, Any, None]) -> Future[None]:
    """Start the work in a thread with a separate event loop: Playwright uses this thread's."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(asyncio.run, work)
    pool.shutdown(wait=False)
    return future


def to_pixel(stack: Stack, browser: Browser, students: int, seconds: float, seed: int) -> Found:
    """Measure the pixels of one student's growing streak while the class works; the page is the only dashboard."""
    class_id = f"pixel-{students}"
    notebooks = Notebooks(stack.ready["ingest_url"], Ledger())
    beside(notebooks.open_class(opening(students, class_id, seed))).result()
    # A raised hand puts the student first in the queue: a page does not show all of a thousand students.
    stack.post([_watched(class_id, "hand", datetime.now(UTC) - timedelta(hours=1), "help")]).raise_for_status()
    settle(stack)
    posts = lesson(students, seconds + 3, class_id, seed)
    posted: dict[int, float] = {}
    with page_of(browser, stack, class_id) as page:
        working = beside(notebooks.play(posts))
        began = due = time.time()
        streak = 0
        while time.time() - began < seconds:
            streak += 1
            error = _watched(class_id, str(streak), datetime.now(UTC), "cell_executed")
            posted[streak] = time.time()
            stack.post([error]).raise_for_status()
            due += WATCHED_SECONDS
            page.wait_for_timeout(max(0.0, (due - time.time()) * 1000))
        working.result()
        settle(stack)
        page.wait_for_timeout(QUIET_SECONDS * 1000)
        shown: dict[str, float | None] = page.evaluate("window.painted")
    # The page shows the streak of a student in need: from the third error on.
    watched = {number: at for number, at in posted.items() if number > 3}
    samples = [(at - began, took * 1000) for at, took in zip(watched.values(), painted(watched, shown), strict=False)]
    untold = len(watched) - len(samples)
    return Found(f"{students:,} students", students, 1, samples, len(watched), untold, 0, [], None)


def _watched(class_id: str, name: str, time: datetime, kind: str) -> dict[str, Any]:
    return {
        "eventId": f"{class_id}-watched-{name}",
        "eventType": kind,
        "eventTime": time.isoformat(),
        "classId": class_id,
        "userId": WATCHED,
        "notebookPath": "week1.ipynb",
        "cellId": "watched",
        "cellIndex": 0,
        "hasError": True,
        "errorMessage": "NameError: name 'valeus' is not defined",
    }


def measure(options: argparse.Namespace, timed: Timed) -> Result:
    """Run every part; return the result."""
    largest = max(options.students)
    sockets: list[Found] = []
    pixels: list[Found] = []
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "data") as stack:
        plan = [(students, 1) for students in options.students]
        plan += [(largest, dashboards) for dashboards in options.dashboards if dashboards > 1]
        for students, dashboards in plan:
            name = f"{students:,} students, {dashboards} dashboard{'s' * (dashboards > 1)}"
            posts = lesson(students, options.seconds, f"lesson-{students}-{dashboards}", options.seed)
            sockets.append(to_sockets(stack, name, posts, students, dashboards))
        burst = class_start(largest, BURST_SECONDS + AFTER_BURST, "start", options.seed)
        started = to_sockets(stack, f"class start, {largest:,} students", burst, largest, 1)
        if not options.no_pixel:
            with chromium() as browser:
                pixels = [
                    to_pixel(stack, browser, students, options.seconds, options.seed) for students in options.students
                ]
    return summed_up(sockets, started, pixels, timed)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.latency", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="length of each part (default 20)")
    parser.add_argument(
        "--students", type=int, nargs="+", default=[20, 200, 1000], help="sizes of the classes (default 20 200 1000)"
    )
    parser.add_argument(
        "--dashboards",
        type=int,
        nargs="+",
        default=[1, 10, 100],
        help="open dashboards of the largest class (default 1 10 100)",
    )
    parser.add_argument("--seed", type=int, default=1, help="seed of the class (default 1)")
    parser.add_argument("--no-pixel", action="store_true", help="leave Chromium out")
    options = parser.parse_args()
    raise_file_limit()
    # Switch threads often, so that a message is noted when it comes and not after the posting thread's turn.
    sys.setswitchinterval(0.0005)
    measure(options, Timed("latency", __doc__, options))


if __name__ == "__main__":
    main()
