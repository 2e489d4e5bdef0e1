"""Open dashboards: sockets that note when they were told what, and a page in Chromium that notes when it painted it."""

import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection

from benchmarks.classroom import Sent
from tests.e2e.browsing import show
from tests.e2e.stack import Stack, receive

WATCHED = "watched@example.edu"
# Notes by the clock when the page has painted a streak of errors of the watched student: after the frame that has it.
WATCH = """
window.painted = {};
const look = () => {
  const words = document.querySelector('[data-testid="need"][data-user-id="WATCHED"] [data-testid="reason"]');
  const streak = /(\\d+) errors/.exec(words?.textContent ?? "")?.[1];
  if (streak && !(streak in window.painted)) {
    window.painted[streak] = null;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => { window.painted[streak] = performance.timeOrigin + performance.now(); };
    port2.postMessage(null);
  }
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
""".replace("WATCHED", WATCHED)


@dataclass(frozen=True)
class Arrival:
    """A message at one of the sockets. at: by the clock (perf_counter)."""

    at: float
    socket: int
    text: str


class Dashboards:
    """The sockets of so many dashboards of a class. ended: those that did not stay open."""

    def __init__(self, stack: Stack, count: int, class_id: str) -> None:
        self.arrivals: list[Arrival] = []
        self.ended = 0
        self._closing = False
        # The same text comes to every socket: it is kept once.
        self._texts: dict[str, str] = {}
        self._sockets = [self._open(stack, class_id) for _ in range(count)]
        self._threads = [
            threading.Thread(target=self._listen, args=(number, socket), daemon=True)
            for number, socket in enumerate(self._sockets)
        ]
        for thread in self._threads:
            thread.start()

    def _open(self, stack: Stack, class_id: str) -> ClientConnection:
        socket = stack.socket()
        socket.send(json.dumps({"action": "subscribe", "classId": class_id}))
        while receive(socket, "snapshot")["classId"] != class_id:
            pass
        return socket

    def _listen(self, number: int, socket: ClientConnection) -> None:
        try:
            for text in socket:
                at = time.perf_counter()
                self.arrivals.append(Arrival(at, number, self._texts.setdefault(str(text), str(text))))
        except WebSocketException:
            pass
        self.ended += not self._closing

    def wait_until_silent(self, quiet: float, most: float) -> None:
        """Return when no message has come for so many seconds."""
        deadline = time.perf_counter() + most
        known = -1
        while known != len(self.arrivals) and time.perf_counter() < deadline:
            known = len(self.arrivals)
            time.sleep(quiet)

    def close(self) -> None:
        """Close them all."""
        self._closing = True
        closers = [threading.Thread(target=socket.close) for socket in self._sockets]
        for thread in closers:
            thread.start()
        for thread in [*closers, *self._threads]:
            thread.join(10)


@contextmanager
def opened(stack: Stack, count: int, class_id: str) -> Iterator[Dashboards]:
    """Keep the dashboards open for the length of a block."""
    dashboards = Dashboards(stack, count, class_id)
    try:
        yield dashboards
    finally:
        dashboards.close()


@dataclass(frozen=True)
class Delay:
    """due: of the post; seconds: from then until a dashboard was told."""

    due: float
    seconds: float


def delays(sent: Sequence[Sent], arrivals: Sequence[Arrival], sockets: int) -> tuple[list[Delay], int]:
    """Return how long each post took to each socket, and how often a socket was not told.

    Updates are state: a post has arrived with the first message that counts as many events of its student.
    """
    found: list[Delay] = []
    untold = 0
    counts: dict[str, list[tuple[str, int]]] = {}
    for number in range(sockets):
        open_posts: dict[str, list[Sent]] = {}
        for post in sorted(sent, key=lambda post: post.events, reverse=True):
            open_posts.setdefault(post.user_id, []).append(post)
        for arrival in sorted((one for one in arrivals if one.socket == number), key=lambda one: one.at):
            if arrival.text not in counts:
                counts[arrival.text] = counts_of(json.loads(arrival.text))
            for user_id, events in counts[arrival.text]:
                waiting = open_posts.get(user_id)
                while waiting and waiting[-1].events <= events:
                    post = waiting.pop()
                    found.append(Delay(post.due, arrival.at - post.due))
        untold += sum(map(len, open_posts.values()))
    return found, untold


def counts_of(message: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Return the events of each student that a message counts."""
    return [(student["userId"], student["events"]) for student in message.get("students", ())]


@contextmanager
def page_of(browser: Browser, stack: Stack, class_id: str) -> Iterator[Page]:
    """Open the class in Chromium and wait until it is painted."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    page = context.new_page()
    page.add_init_script(WATCH)
    show(page, stack, class_id)
    page.wait_for_function("() => document.querySelector('[data-testid=connection]')?.dataset.state === 'live'")
    yield page
    context.close()


def painted(posted: Mapping[int, float], shown: Mapping[str, float | None]) -> list[float]:
    """Return the seconds from each post of a streak to the frame that shows it or, where that was skipped, a later one.

    posted: streak -> seconds by the clock; shown: streak -> milliseconds by the clock.
    """
    moments = {int(streak): moment / 1000 for streak, moment in shown.items() if moment is not None}
    found = []
    for streak, at in posted.items():
        later = [moment for other, moment in moments.items() if other >= streak]
        if later:
            found.append(min(later) - at)
    return found
