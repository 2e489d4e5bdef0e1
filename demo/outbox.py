"""The events that are not accepted yet: a queue for each student, sent in order and never dropped."""

import heapq
import random
import threading
import time
from collections import Counter, deque
from collections.abc import Callable

from demo.client import Answer, Event

MAX_BATCH = 20
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 10.0
# About 100 MB; beyond that the class waits until the server is available again.
MOST_WAITING = 100_000


class Outbox:
    """Holds the students' events until they are accepted; threads call `send_next` to send them.

    A student has one batch under way at a time, as a notebook has. A student who has to wait does not delay others.
    """

    def __init__(self, post: Callable[[list[Event]], Answer]) -> None:
        self._post = post
        self._changed = threading.Condition()
        self._events: dict[int, deque[Event]] = {}
        # A retry sends the same batch.
        self._again: dict[int, list[Event]] = {}
        self._pauses: dict[int, float] = {}
        self._due: list[tuple[float, int]] = []
        self._waiting = 0
        self.counts: Counter[str] = Counter()
        self.problem = ""
        self.unwelcome = False
        self.closed = False

    def put(self, student: int, events: list[Event]) -> None:
        """Add events of a student; wait while MOST_WAITING events wait."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting < MOST_WAITING or self.closed)
            self._waiting += len(events)
            if student in self._events:
                self._events[student].extend(events)
                return
            self._events[student] = deque(events)
            self._send_at(time.monotonic(), student)

    def send_next(self) -> bool:
        """Wait for the next batch that is due, and send it; return False once the outbox is closed."""
        with self._changed:
            student = self._next_student()
            if student is None:
                return False
            queue = self._events[student]
            batch = self._again.pop(student, None) or [queue.popleft() for _ in range(min(MAX_BATCH, len(queue)))]
            self.counts["posted"] += len(batch)
        answer = self._post(batch)
        with self._changed:
            self._settle(student, batch, answer)
        return True

    def wait_until_empty(self, seconds: float) -> None:
        """Wait until every event is accepted or rejected, but at most so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting or self.closed, seconds)

    def close(self) -> None:
        """Stop sending."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()

    def summary(self) -> str:
        """Return the counts as one line of text."""
        with self._changed:
            counts = ", ".join(f"{self.counts[name]} {name}" for name in ("posted", "accepted", "rejected", "retried"))
            last = f" (last problem: {self.problem})" if self.problem else ""
            return f"{counts}, {self._waiting} waiting{last}"

    def _next_student(self) -> int | None:
        while not self.closed:
            left = self._due[0][0] - time.monotonic() if self._due else None
            if left is not None and left <= 0:
                return heapq.heappop(self._due)[1]
            self._changed.wait(left)
        return None

    def _send_at(self, due: float, student: int) -> None:
        heapq.heappush(self._due, (due, student))
        self._changed.notify_all()

    def _settle(self, student: int, batch: list[Event], answer: Answer) -> None:
        self.counts.update(accepted=answer.accepted, rejected=answer.rejected, retried=answer.again)
        self.problem = answer.problem or self.problem
        self.unwelcome = self.unwelcome or answer.unwelcome
        if answer.again:
            self._again[student] = batch
            pause = self._pauses.get(student, FIRST_PAUSE)
            self._pauses[student] = min(LONGEST_PAUSE, pause * 2)
            # Jitter, so that the students do not all retry at the same moment.
            spread = random.uniform(1, 1.5)  # noqa: S311
            self._send_at(
                time.monotonic() + (pause if answer.retry_after is None else answer.retry_after) * spread, student
            )
            return
        self._pauses.pop(student, None)
        self._waiting -= len(batch)
        if self._events[student]:
            self._send_at(time.monotonic(), student)
        else:
            del self._events[student]
        self._changed.notify_all()
