"""The number of a function's workers, and the effect of failures on callers and workers."""

import asyncio
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from runner.functions import pool as pool_module
from runner.functions.outcome import Throttled
from runner.functions.pool import FunctionPool
from tests.runner.pools import FUNCTIONS, answer_of, ask, error_of, pool_of, runs, until
from tests.servers import LoopThread

TRICKS = FUNCTIONS / "tricks"
GOOD = "def handler(event, context):\n    return {'value': event.get('value'), 'pid': __import__('os').getpid()}\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The file of a handler that the test writes."""
    (tmp_path / "code").mkdir()
    return tmp_path / "code" / "handler.py"


async def together(pool: FunctionPool, calls: int, seconds: float = 0.2) -> list[dict[str, Any]]:
    asked = (ask(pool, "sleep", seconds=seconds) for _ in range(calls))
    return [answer_of(done) for done in await asyncio.gather(*asked)]


def overlaps(answers: list[dict[str, Any]]) -> bool:
    """Whether one worker ran two of the invocations at once."""
    by_worker: dict[int, list[tuple[float, float]]] = {}
    for answer in answers:
        by_worker.setdefault(answer["pid"], []).append((answer["began"], answer["ended"]))
    return any(later[0] < earlier[1] for spans in by_worker.values() for earlier, later in pairwise(sorted(spans)))


def test_a_worker_takes_one_invocation_at_a_time_and_the_pool_grows_to_its_limit(
    loop_thread: LoopThread, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with pool_of(TRICKS, tmp_path, most=3) as pool:
            assert pool.size == 1
            answers = await together(pool, 9)
            assert len({answer["pid"] for answer in answers}) == 3
            assert pool.size == 3
            assert not overlaps(answers)

    loop_thread.run(scenario())


def test_a_worker_is_replaced_after_its_limit_of_invocations(loop_thread: LoopThread, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with pool_of(TRICKS, tmp_path, most=1, most_invocations=3) as pool:
            pids = [answer_of(await ask(pool, "sleep", seconds=0))["pid"] for _ in range(7)]
            assert [len(set(pids[:3])), len(set(pids[3:6])), len(set(pids))] == [1, 1, 3]

    loop_thread.run(scenario())


def test_the_replacement_starts_before_the_worker_reaches_its_limit(loop_thread: LoopThread, tmp_path: Path) -> None:
    async def scenario() -> None:
        most = pool_module.INVOCATIONS_AHEAD + 1
        async with pool_of(TRICKS, tmp_path, most=2, most_invocations=most) as pool:
            await ask(pool, "sleep", seconds=0)
            await until(lambda: pool.size == 2 and pool.busy == 0)

    loop_thread.run(scenario())


def test_reserved_concurrency_limits_the_workers(loop_thread: LoopThread, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with pool_of(TRICKS, tmp_path, most=4, reserved_concurrency=1) as pool:
            answers = await together(pool, 4, 0.05)
            assert len({answer["pid"] for answer in answers}) == 1
            assert not overlaps(answers)
        async with pool_of(TRICKS, tmp_path, reserved_concurrency=0) as pool:
            with pytest.raises(Throttled):
                await ask(pool, "answer", patience=0.05)
            assert pool.size == 0

    loop_thread.run(scenario())


def test_a_caller_that_waits_too_long_is_throttled_and_the_others_are_served(
    loop_thread: LoopThread, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with pool_of(TRICKS, tmp_path, most=1) as pool:
            slow = asyncio.create_task(ask(pool, "sleep", seconds=1))
            await asyncio.sleep(0)
            with pytest.raises(Throttled):
                await ask(pool, "answer", patience=0.1)
            patient = asyncio.create_task(ask(pool, "answer", patience=20))
            assert answer_of(await slow)["pid"] == answer_of(await patient)["pid"]

    loop_thread.run(scenario())


def test_idle_workers_are_retired_except_one(
    loop_thread: LoopThread, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "SWEEP_SECONDS", 0.05)

    async def scenario() -> None:
        async with pool_of(TRICKS, tmp_path, most=3, idle_seconds=0.3) as pool:
            pids = {answer["pid"] for answer in await together(pool, 6)}
            assert len(pids) == 3
            await until(lambda: pool.size == 1)
            await until(lambda: sum(map(runs, pids)) == 1)
            assert answer_of(await ask(pool, "answer"))["pid"] in pids

    loop_thread.run(scenario())


def test_a_stopped_pool_leaves_no_process_and_no_caller_waiting(loop_thread: LoopThread, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with pool_of(TRICKS, tmp_path, most=2) as pool:
            pids = {answer["pid"] for answer in await together(pool, 4)}
            busy = [asyncio.create_task(ask(pool, "sleep", seconds=60)) for _ in range(3)]
            await asyncio.sleep(0.1)
            await pool.stop()
            assert not any(map(runs, pids))
            _, waiting = await asyncio.wait(busy, timeout=3)
            for call in waiting:
                call.cancel()
            await asyncio.gather(*busy, return_exceptions=True)
            assert not waiting

    loop_thread.run(scenario())


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("import no_such_module\n", ("Runtime.ImportModuleError", "no_such_module")),
        ("def handler(:\n", ("Runtime.UserCodeSyntaxError", "handler")),
        ("def other(event, context): ...\n", ("Runtime.HandlerNotFound", "handler")),
        ("raise LookupError('at import')\n", ("LookupError", "at import")),
        ("import os\nos._exit(5)\n", ("Runtime.ExitError", "exit status 5")),
    ],
)
def test_code_that_does_not_load_is_an_error_until_it_is_fixed(
    runtime_client: str, loop_thread: LoopThread, source: Path, code: str, error: tuple[str, str]
) -> None:
    source.write_text(code)

    async def scenario() -> None:
        async with pool_of(source.parent, source.parents[1]) as pool:
            assert pool.size == 0
            found = error_of(await ask(pool, ""))
            assert (found["errorType"], error[1] in found["errorMessage"]) == (error[0], True)
            source.write_text(GOOD)
            assert answer_of(await ask(pool, "", value=7))["value"] == 7

    loop_thread.run(scenario())


NOTES_ITS_LOADS = """
import pathlib, time
with pathlib.Path(__file__).with_name("loads").open("a+") as loads:
    loads.write("x")
    loads.seek(0)
    times = len(loads.read())
"""


@pytest.mark.parametrize("hangs", ["always", "once"])
def test_an_init_that_times_out_is_repeated_once_within_the_functions_timeout(
    loop_thread: LoopThread, tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch, hangs: str
) -> None:
    monkeypatch.setattr(pool_module, "INIT_SECONDS", 3.0)
    source.write_text(f"{NOTES_ITS_LOADS}if times == 1 or {hangs == 'always'}:\n    time.sleep(300)\n{GOOD}")

    async def scenario() -> None:
        timeout = 3 if hangs == "always" else 60
        async with pool_of(source.parent, tmp_path, warm=False, timeout=timeout) as pool:
            outcome = await ask(pool, "", value=7)
            assert source.with_name("loads").read_text() == "xx"
            if hangs == "once":
                assert answer_of(outcome)["value"] == 7
            else:
                error = {"errorType": "Sandbox.Timedout", "errorMessage": "Task timed out after 3.00 seconds"}
                assert error_of(outcome) == error
                assert pool.size == 0

    loop_thread.run(scenario())


def test_a_cold_start_does_not_throttle_the_caller(loop_thread: LoopThread, tmp_path: Path, source: Path) -> None:
    source.write_text(f"import time\ntime.sleep(1)\n{GOOD}")

    async def scenario() -> None:
        async with pool_of(source.parent, tmp_path, warm=False) as pool:
            assert answer_of(await ask(pool, "", patience=0.05, value=7))["value"] == 7

    loop_thread.run(scenario())


def test_concurrent_worker_starts_are_limited(loop_thread: LoopThread, tmp_path: Path, source: Path) -> None:
    times = tmp_path / "times"
    note = f"with open({str(times)!r}, 'a') as times:\n    print(time.monotonic(), file=times)\n"
    source.write_text(f"import time\n{note}time.sleep(0.3)\n{note}{GOOD}")

    async def scenario() -> None:
        starts = asyncio.Semaphore(1)
        async with (
            pool_of(source.parent, tmp_path, warm=False, starts=starts) as first,
            pool_of(source.parent, tmp_path, warm=False, starts=starts) as second,
        ):
            await asyncio.gather(ask(first, ""), ask(second, ""))
            assert {first.size, second.size} == {1}
            # The starts do not overlap.
            noted = [float(line) for line in times.read_text().split()]
            assert len(noted) == 4
            assert noted == sorted(noted)
            assert noted[1] - noted[0] >= 0.3

    loop_thread.run(scenario())


def test_a_stopped_pool_starts_no_waiting_worker(loop_thread: LoopThread, tmp_path: Path, source: Path) -> None:
    source.write_text(f"{NOTES_ITS_LOADS}{GOOD}")

    async def scenario() -> None:
        starts = asyncio.Semaphore(1)
        async with starts, pool_of(source.parent, tmp_path, warm=False, starts=starts) as pool:
            call = asyncio.create_task(ask(pool, ""))
            await until(lambda: pool.size == 1)
            stopping = asyncio.create_task(pool.stop())
            assert error_of(await call)["errorType"] == "Runtime.Stopping"
            starts.release()
            await stopping
            await starts.acquire()
        assert not source.with_name("loads").exists()

    loop_thread.run(scenario())


def test_every_caller_gets_the_error_of_code_that_does_not_load(
    loop_thread: LoopThread, tmp_path: Path, source: Path
) -> None:
    source.write_text("import no_such_module\n")

    async def scenario() -> None:
        async with pool_of(source.parent, tmp_path) as pool:
            outcomes = await asyncio.gather(*(ask(pool, "") for _ in range(5)))
            assert {error_of(outcome)["errorType"] for outcome in outcomes} == {"Runtime.ImportModuleError"}

    loop_thread.run(scenario())


def test_deleted_code_is_an_error_and_does_not_block_the_pool(
    loop_thread: LoopThread, tmp_path: Path, source: Path
) -> None:
    source.write_text(GOOD)

    async def scenario() -> None:
        async with pool_of(source.parent, tmp_path, most=1) as pool:
            answer_of(await ask(pool, ""))
            shutil.rmtree(source.parent)
            await asyncio.sleep(0.2)
            assert (await asyncio.wait_for(pool.invoke(b"{}"), 5)).failed

    loop_thread.run(scenario())


def test_changed_code_runs_at_the_next_invocation(loop_thread: LoopThread, tmp_path: Path, source: Path) -> None:
    source.write_text("import time\ndef handler(event, context):\n    time.sleep(event['seconds'])\n    return 'old'\n")
    layer = tmp_path / "layer"
    (layer / "python").mkdir(parents=True)

    async def scenario() -> None:
        async with pool_of(source.parent, tmp_path, layers=(layer,)) as pool:
            assert answer_of(await ask(pool, "", seconds=0)) == "old"
            busy = asyncio.create_task(ask(pool, "", seconds=0.5))
            await asyncio.sleep(0.2)
            source.write_text("def handler(event, context):\n    import shared\n    return shared.VALUE\n")
            (layer / "python" / "shared.py").write_text("VALUE = 'new'\n")
            assert answer_of(await ask(pool, "")) == "new"
            assert answer_of(await busy) == "old"
            await asyncio.sleep(0.2)
            (layer / "python" / "shared.py").write_text("VALUE = 'newest'\n")
            assert answer_of(await ask(pool, "")) == "newest"

    loop_thread.run(scenario())
