"""Invokes functions when their schedules are due, as EventBridge does.

https://docs.aws.amazon.com/lambda/latest/dg/with-eventbridge-scheduler.html
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from runner.functions.outcome import Outcome
from runner.sources.kind import Host
from runner.sources.schedule.event import scheduled_event
from runner.sources.schedule.expressions import Cron, Rate, parse
from runner.sources.schedule.template import Schedule

log = logging.getLogger(__name__)

# A failed asynchronous invocation is retried twice.
RETRY_SECONDS = (60.0, 120.0)

Invoke = Callable[[str, bytes], Awaitable[Outcome]]


def make(schedule: Schedule, host: Host) -> "Scheduler":
    """See Kind.make."""
    return Scheduler((schedule,), host.invoke)


class Scheduler:
    """Runs every schedule between start() and stop()."""

    def __init__(
        self, schedules: tuple[Schedule, ...], invoke: Invoke, retry_seconds: tuple[float, ...] = RETRY_SECONDS
    ):
        self._schedules = schedules
        self._invoke = invoke
        self._retry_seconds = retry_seconds
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Start the schedules."""
        for schedule in self._schedules:
            timing = parse(schedule.expression)
            work = self._at_rate(schedule, timing) if isinstance(timing, Rate) else self._by_cron(schedule, timing)
            self._run(asyncio.create_task(work))

    async def stop(self) -> None:
        """Stop the schedules and pending retries."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _run(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _at_rate(self, schedule: Schedule, rate: Rate) -> None:
        due = time.monotonic()
        while True:
            due += rate.seconds
            await asyncio.sleep(due - time.monotonic())
            self._run(asyncio.create_task(self.fire(schedule)))

    async def _by_cron(self, schedule: Schedule, cron: Cron) -> None:
        minute = int(time.time() // 60)
        while True:
            await asyncio.sleep(60 - time.time() % 60)
            # A sleep may end early, and a clock may be set back: no minute fires twice.
            if (now := int(time.time() // 60)) <= minute:
                continue
            minute = now
            if cron.matches(datetime.fromtimestamp(now * 60, UTC)):
                self._run(asyncio.create_task(self.fire(schedule)))

    async def fire(self, schedule: Schedule) -> None:
        """Invoke the function; retry when it fails."""
        payload = schedule.input.encode() if schedule.input is not None else scheduled_event(schedule.name)
        outcome = await self._invoke(schedule.function, payload)
        for seconds in self._retry_seconds:
            if not outcome.failed:
                return
            await asyncio.sleep(seconds)
            outcome = await self._invoke(schedule.function, payload)
        if outcome.failed:
            log.error("schedule %s: %s failed for good", schedule.name, schedule.function)
