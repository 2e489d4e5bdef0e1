"""Play a lesson in real time: send every delivery when it is due."""

import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import groupby, takewhile
from uuid import NAMESPACE_OID, uuid5

from demo.client import Event
from demo.delivery import Delivery, deliveries
from demo.model import FIRST_TAB, SECOND_TAB, simulate
from demo.outbox import Outbox
from demo.students import Student, enrol

POSTERS = 16
# More at once would only wait for each other, and a slow request looks like a slow clock.
POSTERS_AT_ONCE = 4
# A notebook collects events for this long and posts them together.
GATHER_SECONDS = 0.25
SUMMARY_SECONDS = 10.0
# Requests under way may finish; other events are not sent.
GRACE_WHEN_STOPPED = 2.0
GRACE_AT_THE_END = 15.0
# A lesson that is sent at once waits for the server, not for the clock.
GRACE_AT_ONCE = 120.0


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

    @cached_property
    def enrolled(self) -> list[Student]:
        """The students of the class."""
        return enrol(self.students, self.seed)

    def instant(self, seconds: float) -> datetime:
        """Return when a second of class time is, by a right clock."""
        return self.began + timedelta(seconds=seconds / self.speed)

    def event(self, delivery: Delivery) -> Event:
        """Return the event as JSON; the same for every delivery of an action."""
        action = delivery.action
        happened = self.instant(action.at) + timedelta(seconds=self.enrolled[action.student].setup.clock)
        named = {"classId": self.class_id} if self.class_id else {}
        # Ids that sort as the events happened keep their order when the server has only the time of arrival.
        event = {
            "eventId": f"demo-{self.run_id}-{action.student}-{action.number:06}",
            "eventTime": _rfc3339(happened),
            "sessionId": self._session(action.student, action.tab),
            **named,
            **action.fields,
        }
        if "runId" in event:
            event["runId"] = str(uuid5(NAMESPACE_OID, f"{self.run_id}-{action.student}-{event['runId']}"))
        return event

    def stamped(self, events: list[Event], now: datetime) -> list[Event]:
        """Return a student's events as they are sent at that instant: with `sentAt`, if the client sends it."""
        clock = self._clocks.get(events[0]["sessionId"])
        if clock is None:
            return events
        sent_at = _rfc3339(now + timedelta(seconds=clock))
        return [event | {"sentAt": sent_at} for event in events]

    def batches(self, seconds: float = float("inf")) -> Iterator[tuple[float, dict[int, list[Event]]]]:
        """Yield (seconds since the start, events by student) of what happens in so many seconds.

        What students keep offline at the end comes last.
        """
        actions = simulate(self.students, self.seed)
        happened = takewhile(lambda action: action.at <= seconds * self.speed, actions)
        for slot, together in groupby(deliveries(happened, self.seed), key=self._slot):
            yield (slot + 1) * GATHER_SECONDS, self._by_student(together)

    def _slot(self, delivery: Delivery) -> int:
        return int(delivery.at / self.speed / GATHER_SECONDS)

    def _session(self, student: int, tab: int) -> str:
        return f"demo-{self.run_id}-{student}" + (f"-{tab}" if tab != FIRST_TAB else "")

    @cached_property
    def _clocks(self) -> dict[str, float]:
        """The clocks of the sessions whose clients say when they send."""
        return {
            self._session(student.number, tab): student.setup.clock
            for student in self.enrolled
            if student.setup.says_when_it_sends
            for tab in (FIRST_TAB, SECOND_TAB)
        }

    def _by_student(self, together: Iterable[Delivery]) -> dict[int, list[Event]]:
        events: dict[int, list[Event]] = {}
        for delivery in together:
            events.setdefault(delivery.student, []).append(self.event(delivery))
        return events


def play(
    run: Run,
    outbox: Outbox,
    stopping: threading.Event,
    seconds: float = float("inf"),
    *,
    at_once: bool = False,
) -> bool:
    """Send each batch when it is due, until `stopping` is set or for so many seconds; then print a summary.

    at_once: do not wait; the lesson has already happened. Return whether it came to its end.
    """
    start = time.monotonic()
    posters = POSTERS_AT_ONCE if at_once else POSTERS
    threads = [threading.Thread(target=_send, args=(outbox, stopping), daemon=True) for _ in range(posters)]
    threads.append(threading.Thread(target=_report, args=(outbox, stopping), daemon=True))
    for thread in threads:
        thread.start()
    for due, batches in run.batches(seconds):
        wait = 0.0 if at_once else start + min(due, seconds) - time.monotonic()
        if stopping.wait(max(0.0, wait)):
            break
        for student, events in batches.items():
            outbox.put(student, events)
    if not at_once and seconds < float("inf"):
        stopping.wait(max(0.0, start + seconds - time.monotonic()))
    at_the_end = GRACE_AT_ONCE if at_once else GRACE_AT_THE_END
    outbox.wait_until_empty(GRACE_WHEN_STOPPED if stopping.is_set() else at_the_end)
    completed = not stopping.is_set()
    stopping.set()
    outbox.close()
    for thread in threads:
        thread.join(GRACE_WHEN_STOPPED / len(threads))
    _print(outbox)
    return completed


def user_of(event: Event) -> str:
    """Return the id of the event's student; some clients send it as an address."""
    user_id: str = event.get("userId") or event["emailAddress"]
    return user_id


def _rfc3339(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


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
