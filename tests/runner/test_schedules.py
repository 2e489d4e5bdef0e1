"""Schedules: their due times, and the events of their functions.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from runner.functions.outcome import Outcome
from runner.sources.schedule import source as scheduler_module
from runner.sources.schedule.expressions import Cron, Rate, parse
from runner.sources.schedule.source import Scheduler
from runner.sources.schedule.template import Schedule
from tests.runner.pools import until
from tests.servers import LoopThread

FAILED = Outcome(b'{"errorMessage": "no"}', failed=True)


class Function:
    """Fails a given number of times."""

    def __init__(self, failures: int = 0) -> None:
        self.calls: list[tuple[str, bytes]] = []
        self._failures = failures

    async def __call__(self, name: str, payload: bytes) -> Outcome:
        self.calls.append((name, payload))
        return FAILED if len(self.calls) <= self._failures else Outcome(b"null")


@pytest.mark.parametrize(
    ("expression", "seconds"),
    [("rate(1 minute)", 60), ("rate(5 minutes)", 300), ("rate(1 hour)", 3600), ("rate(2 days)", 172_800)],
)
def test_a_rate_is_due_at_its_interval(expression: str, seconds: int) -> None:
    assert parse(expression) == Rate(seconds)


def first_after(expression: str, moment: str) -> str:
    """The first minute from `moment` on (UTC, to the minute) at which the schedule is due."""
    cron = parse(expression)
    assert isinstance(cron, Cron)
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    for _ in range(200_000):
        if cron.matches(now):
            return now.strftime("%Y-%m-%d %H:%M")
        now += timedelta(minutes=1)
    raise AssertionError("it is never due")


@pytest.mark.parametrize(
    ("expression", "due"),
    [
        # 2026-11-23 is a Monday.
        ("cron(15 10 * * ? *)", "2026-11-23 10:15"),
        ("cron(0 8 1 * ? *)", "2026-12-01 08:00"),
        ("cron(0 18 ? * MON-FRI *)", "2026-11-23 18:00"),
        ("cron(0/15 * * * ? *)", "2026-11-23 09:15"),
        ("cron(*/20 * * * ? *)", "2026-11-23 09:20"),
        ("cron(5/10 8-17 ? * 2-6 *)", "2026-11-23 09:05"),
        ("cron(0 10 ? * SAT,SUN *)", "2026-11-28 10:00"),
        ("cron(0 10 ? * 1 *)", "2026-11-29 10:00"),
        ("cron(0 10 ? * FRI-SUN *)", "2026-11-27 10:00"),
        ("cron(0 10 L * ? *)", "2026-11-30 10:00"),
        ("cron(0 10 ? * 6L *)", "2026-11-27 10:00"),
        ("cron(0 10 ? * TUE#1 *)", "2026-12-01 10:00"),
        ("cron(0 10 ? * 3#2 *)", "2026-12-08 10:00"),
        # The 28th is a Saturday, the 29th a Sunday.
        ("cron(0 10 28W * ? *)", "2026-11-27 10:00"),
        ("cron(0 10 29W * ? *)", "2026-11-30 10:00"),
        ("cron(0 0 1 JAN ? *)", "2027-01-01 00:00"),
        ("cron(0 0 1 1 ? 2027)", "2027-01-01 00:00"),
    ],
)
def test_a_cron_expression_has_its_next_due_minute(expression: str, due: str) -> None:
    assert first_after(expression, "2026-11-23 09:01") == due


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "every minute",
        "rate(0 minutes)",
        "rate(1 minutes)",
        "rate(2 minute)",
        "rate(5 seconds)",
        "cron(* * * * *)",
        "cron(* * * * * *)",
        "cron(* * ? * ? *)",
        "cron(60 * * * ? *)",
        "cron(* 24 * * ? *)",
        "cron(0 0 32 * ? *)",
        "cron(0 0 ? * 8 *)",
        "cron(0 0 * XYZ ? *)",
        "cron(0/0 * * * ? *)",
        "cron(a * * * ? *)",
        "cron(1-2-3 * * * ? *)",
    ],
)
def test_an_expression_that_aws_refuses_is_an_error(expression: str) -> None:
    with pytest.raises(ValueError, match=r"^.*: ") as failure:
        parse(expression)
    assert str(failure.value).startswith(f"{expression}: ")


def test_a_function_gets_the_event_of_eventbridge_or_the_input_of_the_schedule(loop_thread: LoopThread) -> None:
    function = Function()

    async def scenario() -> None:
        scheduler = Scheduler((), function)
        await scheduler.fire(Schedule("FnNightly", "Fn", "rate(1 day)", None))
        await scheduler.fire(Schedule("FnNightly", "Fn", "rate(1 day)", '{"days": 1}'))
        await scheduler.stop()

    loop_thread.run(scenario())
    [(name, first), second] = function.calls
    event = json.loads(first)
    assert name == "Fn"
    assert second == ("Fn", b'{"days": 1}')
    assert datetime.strptime(event.pop("time"), "%Y-%m-%dT%H:%M:%SZ")
    assert event.pop("id")
    assert event == {
        "version": "0",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "region": "us-east-1",
        "resources": ["arn:aws:events:us-east-1:000000000000:rule/FnNightly"],
        "detail": {},
    }


@pytest.mark.parametrize(("failures", "calls"), [(0, 1), (1, 2), (9, 3)])
def test_a_failure_is_retried_twice(
    loop_thread: LoopThread, caplog: pytest.LogCaptureFixture, failures: int, calls: int
) -> None:
    function = Function(failures)
    schedule = Schedule("FnNightly", "Fn", "rate(1 day)", "{}")
    loop_thread.run(Scheduler((), function, (0.01, 0.01)).fire(schedule))
    assert len(function.calls) == calls
    assert ("FnNightly: Fn failed for good" in caplog.text) == (failures > 2)


def test_schedules_run_between_start_and_stop(loop_thread: LoopThread, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler_module, "parse", lambda _: Rate(seconds=0.05))  # type: ignore[arg-type]  # a short one
    function = Function()

    async def scenario() -> None:
        scheduler = Scheduler((Schedule("FnOften", "Fn", "rate(1 minute)", "{}"),), function)
        scheduler.start()
        await until(lambda: len(function.calls) >= 3)
        await scheduler.stop()
        before = len(function.calls)
        await asyncio.sleep(0.2)
        assert len(function.calls) == before

    loop_thread.run(scenario())
