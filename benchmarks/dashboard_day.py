"""A dashboard that stays open for a day: the memory of the page while it receives a day's updates of 1,000 students.

A real runner serves the real page. Its socket is a substitute that plays the updates as fast as the page handles them,
some for each frame. Students change through every status, and the connection breaks every hour. The heap is measured
after a garbage collection, as DevTools does.
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.dashboard import fill
from benchmarks.runner_measures import MEGABYTE, occasion, table
from benchmarks.runner_stack import running
from scripts.browser import chromium

CLASS, STUDENTS = "a-day", 1000
LIVE = "() => document.querySelector('[data-testid=connection]').dataset.state === 'live'"
# window.play(count) plays updates, and resolves when the page has handled them all.
SOCKET = """
const STUDENTS = %d, CLASS = "%s", BOOK = "week05/statistics.ipynb", A_FRAME = 40;
let revision = 1, sockets = [];
const time = (after = 0) => new Date(Date.now() + after * 1000).toISOString();
const need = (kind, count = null) => ({ kind, since: time(), starts: time(), ends: time(7200), count });
const needs = () => [
  ...(revision %% 11 ? [] : [need("hand")]), ...(revision %% 7 < 3 ? [] : [need("streak", revision %% 7)]),
  ...(revision %% 5 ? [] : [{ ...need("running"), starts: time(30) }]),
];
const student = (number) => ({
  userId: `s${number}`, userName: `Student ${number}`, teamName: `Team ${number %% 30}`, revision,
  firstEvent: time(), lastEvent: time(), lastSeen: time(), events: revision, runs: revision, errors: revision %% 9,
  errorStreak: revision %% 7, lastErrorName: revision %% 7 ? `Error${revision %% 50}` : null,
  helpSince: revision %% 11 ? null : time(), helpUntil: null, waitingSince: null, notebookPath: BOOK,
  runningSince: revision %% 5 ? null : time(), runsLongFrom: revision %% 5 ? null : time(30),
  cellId: `cell-${revision %% 60}`, cellIndex: revision %% 60, isBehind: false, behindUntil: null, isTeacher: false,
  sessions: 1, clockOffset: null, attention: null, needs: needs(), unresolvedStreak: revision %% 7,
  idleFrom: time(300), absentFrom: time(7200),
});
const whole = (more) => ({ classId: CLASS, revision, part: 1, parts: 1, serverTime: time(), ...more });
class Played extends EventTarget {
  static OPEN = 1;
  readyState = 1;
  constructor() {
    super();
    sockets.push(this);
    setTimeout(() => this.emit(new Event("open")), 0);
    const students = Array.from({ length: STUDENTS }, (_, number) => student(number));
    setTimeout(() => this.tell({ type: "snapshot", students }), 20);
  }
  emit(event) { this["on" + event.type]?.(event); this.dispatchEvent(event); }
  tell(message) { this.emit(new MessageEvent("message", { data: JSON.stringify(whole(message)) })); }
  send(text) { if (text.includes("ping")) this.tell({ type: "pong" }); }
  close() { if (this.readyState === 1) { this.readyState = 3; this.emit(new CloseEvent("close")); } }
}
window.WebSocket = Played;
window.play = async (count) => {
  for (let sent = 0; sent < count; sent += A_FRAME) {
    const socket = sockets.at(-1);
    for (let one = 0; one < A_FRAME; one += 1) {
      revision += 1;
      const who = student(Math.floor(Math.random() * STUDENTS));
      const { userId, cellId, cellIndex } = who;
      const cell = { userId, cellId, cellIndex, notebookPath: BOOK, status: "ok", attempts: revision %% 9, errors: 0 };
      const cells = [{ ...cell, lastErrorName: null, lastRun: time(), revision }];
      socket.tell({ type: "progress", revisions: [revision], since: null, students: [who], cells });
    }
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
  }
};
window.breakConnection = () => { sockets.at(-1).close(); sockets = sockets.slice(-1); };
""" % (STUDENTS, CLASS)  # noqa: UP031 - the braces are JavaScript's


def heap(page: Page) -> float:
    """Return the bytes that the page uses after a garbage collection."""
    session = page.context.new_cdp_session(page)
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return float(used)


def main() -> None:
    """Play and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dashboard_day", description=__doc__)
    parser.add_argument("--hours", type=int, default=8, help="length of a teaching day (default 8)")
    parser.add_argument("--rate", type=int, default=10, help="updates a second (default 10)")
    options = parser.parse_args()
    print(occasion() + "\n")
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as stack, chromium() as browser:
        fill(stack, CLASS, STUDENTS)
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
        context.add_init_script(SOCKET)
        page = context.new_page()
        rows, sizes = [], []
        for view in ("help", "grid"):
            page.goto(f"{stack.link()}#/class/{CLASS}/{view}")
            page.wait_for_function("() => document.querySelectorAll('[data-user-id]').length > 20", timeout=60_000)
            # Warm up first: compiled code and caches do not count as growth.
            page.evaluate("play(2000)")
            sizes = [heap(page)]
            for _ in range(options.hours):
                page.evaluate(f"play({options.rate * 3600})")
                page.evaluate("breakConnection()")
                page.wait_for_function(LIVE)
                sizes.append(heap(page))
            megabytes = [f"{size / MEGABYTE:.1f}" for size in sizes]
            early, late = sizes[1], statistics.median(sizes[-3:])
            rows.append([view, *megabytes, f"{late / early:.2f}"])
            page.goto("about:blank")
        hours = [f"hour {hour}" for hour in range(options.hours + 1)]
        print(table(["Heap in MB", *hours, "last three to the first hour"], rows))


if __name__ == "__main__":
    main()
