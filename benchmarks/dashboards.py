"""Open dashboards: sockets that note when a message came, and a page in Chromium that notes when it painted it."""

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
# Notes when the page has painted a streak of errors of the watched student: after the frame that shows it.
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
    """A message at one of the sockets. at: perf_counter()."""

    at: float
    socket: int
    text: str


class Dashboards:
    """The sockets of `count` dashboards of a class. ended: number of those that did not stay open."""

    def __init__(self, stack: Stack, count: int, class_id: str) -> None:
        self.arrivals: list[Arrival] = []
        self.ended = 0
        self._closing = False
        # Every socket receives the same text, which is stored once.
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
        """Wait until no message has come for `quiet` seconds, but at most `most` seconds."""
        deadline = time.perf_counter() + most
        known = -1
        while known != len(self.arrivals) and time.perf_counter() < deadline:
            known = len(self.arrivals)
            time.sleep(quiet)

    def close(self) -> None:
        """Close all sockets."""
        self._closing = True
        closers = [threading.Thread(target=socket.close) for socket in self._sockets]
        for thread in closers:
            thread.start()
        for thread in [*closers, *self._threads]:
            thread.join(10)


@contextmanager
def opened(stack: Stack, count: int, class_id: str) -> Iterator[Dashboards]:
    """Keep the dashboards open until the block ends."""
    dashboards = Dashboards(stack, count, class_id)
    try:
        yield dashboards
    finally:
        dashboards.close()


@dataclass(frozen=True)
class Delay:
    """due: when the post was due; seconds: from then until a message reached a dashboard."""

    due: float
    seconds: float


def delays(sent: Sequence[Sent], arrivals: Sequence[Arrival], sockets: int) -> tuple[list[Delay], int]:
    """Return how long each post took to each socket, and the number of posts times sockets that were not reached.

    An update is state: a post has arrived with the first message that counts at least its student's events so far.
    """
    found: list[Delay] = []
    unreached = 0
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
        unreached += sum(map(len, open_posts.values()))
    return found, unreached


def counts_of(message: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Return the number of events of each student in a message."""
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
    """Return the seconds from each post of a streak to the first frame that shows this streak or a later one.

    posted: streak -> time in seconds; shown: streak -> time in milliseconds.
    """
    moments = {int(streak): moment / 1000 for streak, moment in shown.items() if moment is not None}
    found = []
    for streak, at in posted.items():
        later = [moment for other, moment in moments.items() if other >= streak]
        if later:
            found.append(min(later) - at)
    return found
