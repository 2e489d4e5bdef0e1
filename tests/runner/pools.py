"""Pools of real workers for the tests."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil

from runner.functions.function_log import FunctionLog
from runner.functions.outcome import Outcome
from runner.functions.pool import MOST_INVOCATIONS, FunctionPool, MakeWorker
from runner.functions.process_worker import ProcessWorker
from runner.template.model import Function

FUNCTIONS = Path(__file__).parent / "functions"


def a_function(code: Path, **settings: Any) -> Function:
    plain: dict[str, Any] = {
        "name": "Fn",
        "handler": "handler.handler",
        "code": code,
        "timeout": 10,
        "memory": 128,
        "reserved_concurrency": None,
        "layers": (),
        "environment": {},
        "log_format": "Text",
        "url": None,
    }
    return Function(**(plain | settings))


@asynccontextmanager
async def pool_of(
    code: Path,
    logs: Path,
    *,
    most: int = 2,
    idle_seconds: float = 60.0,
    most_invocations: int = MOST_INVOCATIONS,
    warm: bool = True,
    starts: asyncio.Semaphore | None = None,
    make_worker: MakeWorker = ProcessWorker,
    **settings: Any,
) -> AsyncIterator[FunctionPool]:
    """A pool of the function in `code`, warm if requested; its log is logs/Fn.log."""
    function_log = FunctionLog("Fn", logs / "Fn.log")
    function = a_function(code, **settings)
    pool = FunctionPool(
        function,
        function_log,
        most,
        idle_seconds,
        warm=warm,
        most_invocations=most_invocations,
        starts=starts,
        make_worker=make_worker,
    )
    try:
        await pool.start()
        yield pool
    finally:
        await asyncio.wait_for(pool.stop(), 10)
        function_log.close()


def answer_of(outcome: Outcome) -> Any:
    """The handler's answer; fail if the outcome is an error."""
    assert not outcome.failed, outcome.payload
    return json.loads(outcome.payload)


def error_of(outcome: Outcome) -> dict[str, Any]:
    """The error document; fail if the outcome is a success."""
    assert outcome.failed, outcome.payload
    document: dict[str, Any] = json.loads(outcome.payload)
    return document


async def ask(pool: FunctionPool, do: str, patience: float | None = None, **event: Any) -> Outcome:
    """Invoke an action of the tricks handler; a missing answer fails the test instead of hanging it."""
    payload = json.dumps({"do": do} | event).encode()
    return await asyncio.wait_for(pool.invoke(payload, patience), 60)


async def until(holds: Callable[[], Any], seconds: float = 60.0) -> Any:
    """Return what `holds` returns as soon as it is true."""
    for _ in range(int(seconds / 0.02)):
        if found := holds():
            return found
        await asyncio.sleep(0.02)
    raise AssertionError("the condition did not become true")


def runs(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


async def ends(task: asyncio.Task[Any], seconds: float = 30.0) -> bool:
    """Whether the task ends in time; unlike wait_for, do not cancel it."""
    await asyncio.wait({task}, timeout=seconds)
    return task.done()
