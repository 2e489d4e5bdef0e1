"""Scrolling through 1,000 students by 60 cells while the class works: the time between two frames.

A real runner serves the real page; the grid that the page fetches is generated, since filling a real one takes minutes.
The baseline is the same scroll through a class of 40; both take turns.
"""

import argparse
import json
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Route

from benchmarks.dashboard import fill, working
from benchmarks.runner_measures import occasion, percentile, spread, table
from benchmarks.runner_stack import Stack, running
from scripts.browser import chromium

CELLS, SMALL = 60, 40
# Scrolls down and up by 40 px a frame; resolves with the milliseconds between the frames.
SCROLL = """
(frames) => new Promise((resolve) => {
  const box = document.querySelector(".grid-box");
  const gaps = [];
  let last = null, way = 40;
  const step = (now) => {
    if (last !== null) gaps.push(now - last);
    last = now;
    const end = box.scrollHeight - box.clientHeight;
    if (box.scrollTop + way > end || box.scrollTop + way < 0) way = -way;
    box.scrollTop += way;
    if (gaps.length < frames) requestAnimationFrame(step);
    else resolve(gaps);
  };
  requestAnimationFrame(step);
})
"""


def whole_grid(class_id: str, students: int) -> str:
    """Return a grid in which every student has run every cell."""
    cells = [[column, "error" if column % 7 == 0 else "ok", 1 + column % 4, 0, None] for column in range(CELLS)]
    return json.dumps(
        {
            "classId": class_id,
            "notebookPath": "week05/statistics.ipynb",
            "revision": 0,
            "columns": [{"cellId": f"cell-{column}", "cellIndex": column} for column in range(CELLS)],
            "rows": [{"userId": f"s{number}", "cells": cells} for number in range(students)],
        }
    )


def gaps_of(stack: Stack, browser: Browser, students: int, frames: int) -> list[float]:
    """Return the milliseconds between the frames of one scroll."""
    class_id = f"class-of-{students}"
    body = whole_grid(class_id, students)

    def answer(route: Route) -> None:
        route.fulfill(status=200, content_type="application/json", body=body)

    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    page = context.new_page()
    page.route("**/grid?*", answer)
    page.goto(f"{stack.link()}#/class/{class_id}/grid")
    page.wait_for_function("() => document.querySelectorAll('[data-testid=grid-row]').length > 15", timeout=60_000)
    found: list[float] = page.evaluate(SCROLL, frames)
    context.close()
    return found


def main() -> None:
    """Scroll and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dashboard_grid", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="scrolls through each class (default 3)")
    parser.add_argument("--frames", type=int, default=300, help="frames of a scroll (default 300)")
    parser.add_argument("--rate", type=float, default=30, help="events a second meanwhile (default 30)")
    options = parser.parse_args()
    print(occasion() + "\n")
    found: dict[int, list[float]] = {SMALL: [], 1000: []}
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as stack, chromium() as browser:
        for students in found:
            fill(stack, f"class-of-{students}", students)
        for _ in range(options.rounds):
            for students, gaps in found.items():
                with working(stack, f"class-of-{students}", students, options.rate):
                    gaps.extend(gaps_of(stack, browser, students, options.frames))
    rows = [
        [
            f"{students} students x {CELLS} cells",
            f"{statistics.median(gaps):.1f}",
            f"{percentile(gaps, 95):.1f}",
            spread(gaps, 0),
            f"{sum(gap > 50 for gap in gaps) / len(gaps):.1%}",
        ]
        for students, gaps in found.items()
    ]
    print(table(["Between two frames of a scroll", "p50 ms", "p95 ms", "least-most", "over 50 ms"], rows))
    small, large = (statistics.mean(gaps) for gaps in found.values())
    print(f"\nA frame takes {large / small:.2f} times as long as with {SMALL} students (mean)")


if __name__ == "__main__":
    main()
