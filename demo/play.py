"""Play a lesson in real time: send every delivery when it is due."""

import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from demo.client import Event
from demo.delivery import Delivery, deliveries
from demo.model import simulate
from demo.outbox import Outbox

POSTERS = 16
# A notebook collects events for this long and posts them together.
GATHER_SECONDS = 0.25
SUMMARY_SECONDS = 10.0
# Requests under way may finish; other events are not sent.
GRACE_WHEN_STOPPED = 2.0
GRACE_AT_THE_END = 15.0


@dataclass(frozen=True)
class Run:
    """A run of the demo class. began: when it starts; speed: seconds of class time in one second."""

    began: datetime
    students: int
    seed: int
    speed: float
    class_id: str | None

    @property
    def run_id(self) -> str:
        """A unique name of the run, so that its event ids are new."""
        return f"{int(self.began.timestamp() * 1_000_000):x}-{self.seed}"

    def event(self, delivery: Delivery) -> Event:
        """Return the event as JSON; the same for every delivery of an action."""
        action = delivery.action
        happened = self.began + timedelta(seconds=action.at / self.speed)
        named = {"classId": self.class_id} if self.class_id else {}
        return {
            "eventId": f"demo-{self.run_id}-{action.student}-{action.number}",
            "eventTime": happened.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "sessionId": f"demo-{self.run_id}-{action.student}",
            **named,
            **action.fields,
        }

    def batches(self) -> Iterator[tuple[float, dict[int, list[Event]]]]:
        """Yield (seconds since the start, events by student), without end."""
        stream = deliveries(simulate(self.students, self.seed), self.seed)
        for slot, together in groupby(stream, key=lambda delivery: int(delivery.at / self.speed / GATHER_SECONDS)):
            yield (slot + 1) * GATHER_SECONDS, self._by_student(together)

    def _by_student(self, together: Iterable[Delivery]) -> dict[int, list[Event]]:
        events: dict[int, list[Event]] = {}
        for delivery in together:
            events.setdefault(delivery.student, []).append(self.event(delivery))
        return events


def play(run: Run, outbox: Outbox, stopping: threading.Event, seconds: float = float("inf")) -> None:
    """Send each batch when it is due, until `stopping` is set or for so many seconds; then print a summary."""
    start = time.monotonic()
    threads = [threading.Thread(target=_send, args=(outbox, stopping), daemon=True) for _ in range(POSTERS)]
    threads.append(threading.Thread(target=_report, args=(outbox, stopping), daemon=True))
    for thread in threads:
        thread.start()
    for due, batches in run.batches():
        if stopping.wait(max(0.0, start + min(due, seconds) - time.monotonic())) or due > seconds:
            break
        for student, events in batches.items():
            outbox.put(student, events)
    outbox.wait_until_empty(GRACE_WHEN_STOPPED if stopping.is_set() else GRACE_AT_THE_END)
    stopping.set()
    outbox.close()
    for thread in threads:
        thread.join(GRACE_WHEN_STOPPED / len(threads))
    _print(outbox)


def _send(outbox: Outbox, stopping: threading.Event) -> None:
    while outbox.send_next():
        if outbox.unwelcome:
            stopping.set()
            outbox.close()


def _report(outbox: Outbox, stopping: threading.Event) -> None:
    while not stopping.wait(SUMMARY_SECONDS):
        _print(outbox)


def _print(outbox: Outbox) -> None:
    print(f"demo class {time.strftime('%H:%M:%S')}: {outbox.summary()}", flush=True)
