"""The dashboard in Chromium: how soon a class is painted, and how soon a change is painted after its message.

A class of 20 is the baseline for a class of 1,000; they take turns. The changes are one student's growing streak of
errors, while the other students work at the given rate.
"""

import argparse
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from benchmarks.runner_measures import occasion, percentile, spread, table
from benchmarks.runner_stack import Stack, running
from scripts.browser import chromium

SNAPSHOT_AIM_MS, CHANGE_AIM_MS = 1000, 250
WATCHED = "watched@example.edu"
# Notes when a message brings a new streak of the watched student, and when the page has painted it.
WATCH = """
const Native = window.WebSocket;
window.came = {}; window.painted = {};
window.WebSocket = class extends Native {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      const message = JSON.parse(data);
      for (const student of message.students ?? []) {
        if (student.userId === "WATCHED") window.came[student.errorStreak] ??= performance.now();
      }
    });
  }
};
const look = () => {
  const words = document.querySelector('[data-testid="need"][data-user-id="WATCHED"] [data-testid="reason"]');
  const streak = /^(\\d+) errors/.exec(words?.textContent ?? "")?.[1];
  if (streak) window.painted[streak] ??= performance.now();
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
""".replace("WATCHED", WATCHED)
# Resolves when the page has painted a frame that counts all students.
WHEN_SHOWN = """
(count) => new Promise((resolve) => {
  const look = () => {
    const total = document.querySelector('[data-testid="total"]')?.textContent ?? "";
    const rows = document.querySelectorAll('[data-testid="student"]').length;
    if (total.startsWith(String(count)) && rows > 0) requestAnimationFrame(() => resolve(performance.now()));
    else requestAnimationFrame(look);
  };
  look();
})
"""


def event(number: int, user: str, class_id: str, *, is_error: bool) -> dict[str, Any]:
    """Return a run that ends now."""
    return {
        "eventId": f"{class_id}-{user}-{number}",
        "eventType": "cell_executed",
        "eventTime": datetime.now(UTC).isoformat(),
        "classId": class_id,
        "userId": user,
        "userName": f"Student {user}",
        "teamName": f"Team {len(user) % 7}",
        "notebookPath": "week05/statistics.ipynb",
        "cellId": f"cell-{number % 60}",
        "cellIndex": number % 60,
        "code": "print(sum(values) / len(values))",
        "hasError": is_error,
        **({"errorMessage": "NameError: name 'valeus' is not defined"} if is_error else {}),
    }


def fill(stack: Stack, class_id: str, students: int) -> None:
    """Let every student of a class run a cell once."""
    for first in range(0, students, 100):
        stack.post(
            [
                event(0, f"s{number}", class_id, is_error=number % 3 == 0)
                for number in range(first, first + min(100, students))
            ]
        )
    while len(stack.get(f"/api/v1/classes/{class_id}/progress")["students"]) < students:
        time.sleep(0.1)


@contextmanager
def opened(browser: Browser, stack: Stack, class_id: str) -> Iterator[Page]:
    """Open the page of a class in a new browser context."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.add_init_script(WATCH)
    page = context.new_page()
    page.goto(f"{stack.link()}#/class/{class_id}/help")
    yield page
    context.close()


@contextmanager
def working(stack: Stack, class_id: str, students: int, rate: float) -> Iterator[None]:
    """Let the class work until the block ends: `rate` events a second, in batches of ten."""
    over = threading.Event()

    def work() -> None:
        number = 1
        due = time.monotonic()
        while not over.wait(max(0.0, due - time.monotonic())):
            due += 10 / rate
            batch = [
                event(number, f"s{(number * 10 + place) % students}", class_id, is_error=place == 0)
                for place in range(10)
            ]
            stack.post(batch)
            number += 1

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def changes(stack: Stack, page: Page, class_id: str, count: int) -> list[float]:
    """Return the milliseconds from each change's message to the frame that shows it."""
    start = datetime.now(UTC) - timedelta(seconds=1)
    for number in range(1, count + 3):
        change = event(number, WATCHED, class_id, is_error=True)
        stack.post([change | {"eventTime": (start + timedelta(milliseconds=number)).isoformat()}])
        time.sleep(0.25)
    page.wait_for_function(f"() => window.painted[{count + 2}]", timeout=20_000)
    found = page.evaluate("[window.came, window.painted]")
    # A student is shown from the third error on. A streak is missing if the next one came before its frame.
    return [found[1][streak] - came for streak, came in found[0].items() if streak in found[1]]


def measure(stack: Stack, browser: Browser, options: argparse.Namespace) -> None:
    """Measure and print."""
    painted: dict[int, list[float]] = {20: [], options.students: []}
    for students in painted:
        fill(stack, f"class-of-{students}", students)
    for _ in range(options.rounds):
        for students, found in painted.items():
            with opened(browser, stack, f"class-of-{students}") as page:
                found.append(page.evaluate(WHEN_SHOWN, students))
    small, large = (statistics.median(found) for found in painted.values())
    rows = [
        [f"{students} students", f"{statistics.median(found):.0f}", spread(found, 0)]
        for students, found in painted.items()
    ]
    print(table(["From the navigation to the painted class", "median ms", "least-most"], rows))
    print(
        f"\n{options.students} students take {large / small:.1f} times as long as 20; {_aim(large, SNAPSHOT_AIM_MS)}\n"
    )
    class_id = f"class-of-{options.students}"
    with opened(browser, stack, class_id) as page, working(stack, class_id, options.students, options.rate):
        page.evaluate(WHEN_SHOWN, options.students)
        waits = changes(stack, page, class_id, options.changes)
    p50, p95 = statistics.median(waits), percentile(waits, 95)
    row = [f"{len(waits)} changes at {options.rate:g} events a second", f"{p50:.0f}", f"{p95:.0f}", f"{max(waits):.0f}"]
    print(table(["From a message to the frame that shows it", "p50 ms", "p95 ms", "most ms"], [row]))
    print(f"\nAt p95: {_aim(p95, CHANGE_AIM_MS)}")


def _aim(milliseconds: float, aim: float) -> str:
    return f"{milliseconds:.0f} ms (target: under {aim} ms): {'met' if milliseconds < aim else 'not met'}"


def main() -> None:
    """Start a system and a browser, measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dashboard", description=__doc__)
    parser.add_argument("--students", type=int, default=1000, help="the large class (default 1000)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each class is opened (default 5)")
    parser.add_argument("--changes", type=int, default=60, help="number of changes (default 60)")
    parser.add_argument("--rate", type=float, default=60, help="events a second meanwhile (default 60)")
    options = parser.parse_args()
    print(occasion() + "\n")
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as stack, chromium() as browser:
        measure(stack, browser, options)


if __name__ == "__main__":
    main()
