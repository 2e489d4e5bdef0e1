"""The scheduler on a simulated clock, and the schedules of a template that it runs."""

import asyncio
import textwrap
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from runner.errors import TemplateError
from runner.functions.outcome import Outcome
from runner.sources.kinds import KINDS
from runner.sources.schedule import source as scheduler_module
from runner.sources.schedule.expressions import UNITS
from runner.sources.schedule.source import Scheduler
from runner.sources.schedule.template import Schedule
from runner.template.model import Stack
from runner.template.reader import read
from tests.runner.pools import until
from tests.servers import LoopThread

NOON = 1_800_000_000 - 1_800_000_000 % 86_400 + 43_200
FAILED = Outcome(b'{"errorMessage": "no"}', failed=True)


class Clock:
    """The scheduler's time and asyncio: a sleep returns at once and advances the clock."""

    def __init__(self, now: float, *, early: float = 0.0, last: float) -> None:
        self.now = now
        self._early = early
        self._last = last
        self.done = asyncio.Event()

    def time(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        if self.now >= self._last:
            self.done.set()
            await asyncio.Event().wait()
        # First start the invocations that are due.
        for _ in range(5):
            await asyncio.sleep(0)
        # Not in tiny steps: the last moments before a minute would take thousands of sleeps.
        self.now += max(0.1, seconds - self._early)

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        module = scheduler_module
        others = {"strftime": time.strftime, "gmtime": time.gmtime, "monotonic": time.monotonic}
        monkeypatch.setattr(module, "time", SimpleNamespace(time=self.time, **others))
        names = {name: getattr(asyncio, name) for name in ("create_task", "gather", "Task")}
        monkeypatch.setattr(module, "asyncio", SimpleNamespace(sleep=self.sleep, **names))


def due_at(loop_thread: LoopThread, clock_of: Callable[[], Clock], patch: pytest.MonkeyPatch, cron: str) -> list[int]:
    """The minutes after noon at which the function was invoked."""
    found: list[int] = []

    async def scenario() -> None:
        clock = clock_of()
        clock.install(patch)

        async def invoke(name: str, payload: bytes) -> Outcome:
            found.append(int(clock.now - NOON) // 60)
            return Outcome(b"null")

        scheduler = Scheduler((Schedule("FnCron", "Fn", cron, "{}"),), invoke)
        scheduler.start()
        await asyncio.wait_for(clock.done.wait(), 20)
        await scheduler.stop()

    loop_thread.run(scenario())
    return found


@pytest.mark.parametrize("early", [0.0, 0.01, 7.0])
def test_cron_fires_once_in_each_due_minute(
    loop_thread: LoopThread, monkeypatch: pytest.MonkeyPatch, early: float
) -> None:
    """Sleeps may end early."""
    found = due_at(
        loop_thread, lambda: Clock(NOON + 30, early=early, last=NOON + 2000), monkeypatch, "cron(0/15 * * * ? *)"
    )
    assert found == [15, 30]


def test_cron_does_not_fire_for_the_minute_of_its_start(
    loop_thread: LoopThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = due_at(loop_thread, lambda: Clock(NOON + 1, last=NOON + 120), monkeypatch, "cron(* * * * ? *)")
    assert found == [1, 2]


def test_a_clock_that_is_set_back_repeats_no_minute(loop_thread: LoopThread, monkeypatch: pytest.MonkeyPatch) -> None:
    class SetBack(Clock):
        back = False

        async def sleep(self, seconds: float) -> None:
            await super().sleep(seconds)
            if not self.back and self.now >= NOON + 180:
                self.back = True
                self.now -= 120

    found = due_at(loop_thread, lambda: SetBack(NOON, last=NOON + 299), monkeypatch, "cron(* * * * ? *)")
    assert sorted(set(found)) == sorted(found)
    assert {1, 2, 4, 5} <= set(found)


class Function:
    """Counts its invocations. does: the behaviour of each."""

    def __init__(self, does: Callable[[], Awaitable[Outcome]]) -> None:
        self.calls = 0
        self._does = does

    async def __call__(self, name: str, payload: bytes) -> Outcome:
        self.calls += 1
        return await self._does()


async def hang() -> Outcome:
    await asyncio.Event().wait()
    return FAILED


async def fail() -> Outcome:
    return FAILED


async def throw() -> Outcome:
    raise LookupError


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> Schedule:
    """Every 20 ms."""
    monkeypatch.setitem(UNITS, "minute", 0.02)
    return Schedule("FnOften", "Fn", "rate(1 minute)", "{}")


@pytest.mark.parametrize("does", [hang, fail, throw])
def test_a_failing_or_hanging_function_does_not_stop_its_schedule_and_stop_ends_both(
    loop_thread: LoopThread, often: Schedule, does: Callable[[], Awaitable[Outcome]]
) -> None:
    async def scenario() -> None:
        before = asyncio.all_tasks()
        function = Function(does)
        scheduler = Scheduler((often,), function)
        scheduler.start()
        await until(lambda: function.calls >= 3)
        await asyncio.wait_for(scheduler.stop(), 5)
        await until(lambda: asyncio.all_tasks() <= before)

    loop_thread.run(scenario())


def schedules_of(directory: Path, kind: str, *properties: str) -> Stack:
    """A template whose event is on line 7."""
    (directory / "handler.py").touch()
    head = """\
    Resources:
      Fn:
        Type: AWS::Serverless::Function
        Properties:
          Handler: handler.handler
          Events:
            Tick:
              Type: {kind}
              Properties:
    """
    text = textwrap.dedent(head).format(kind=kind) + "".join(f"            {line}\n" for line in properties)
    (directory / "t.yaml").write_text(text)
    return read(directory / "t.yaml", {}, str, "ws://127.0.0.1:0", KINDS)


EXPRESSIONS = {"Schedule": "Schedule: rate(5 minutes)", "ScheduleV2": "ScheduleExpression: rate(5 minutes)"}


@pytest.mark.parametrize("kind", EXPRESSIONS)
@pytest.mark.parametrize("off", ["Enabled: false", 'Enabled: "false"', "State: DISABLED"])
def test_a_disabled_schedule_is_left_out(tmp_path: Path, kind: str, off: str) -> None:
    assert schedules_of(tmp_path, kind, EXPRESSIONS[kind], off).sources == ()
    assert schedules_of(tmp_path, kind, EXPRESSIONS[kind], "State: ENABLED").sources == (
        Schedule("FnTick", "Fn", "rate(5 minutes)", None),
    )


@pytest.mark.parametrize(
    ("kind", "given"), [("Schedule", "Schedule: rate(1 minutes)"), ("ScheduleV2", "ScheduleExpression: often"),
                        ("ScheduleV2", "Schedule: rate(5 minutes)")],
)  # fmt: skip
def test_an_invalid_expression_is_reported_with_its_line(tmp_path: Path, kind: str, given: str) -> None:
    with pytest.raises(TemplateError, match=r"^t\.yaml:7: Fn: .*write rate\("):
        schedules_of(tmp_path, kind, given)
