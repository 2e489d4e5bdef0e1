"""One invocation in a real worker: its outcome, its effect on others, and its log."""

import asyncio
import json
import os
import re
import signal
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from runner.functions.pool import FunctionPool
from tests.runner.pools import FUNCTIONS, answer_of, ask, ends, error_of, pool_of, runs, until
from tests.servers import LoopThread

Scenario = Callable[[FunctionPool], Coroutine[Any, Any, None]]


class Bench:
    """Runs a scenario against a pool of the tricks function."""

    def __init__(self, loop_thread: LoopThread, directory: Path) -> None:
        self._loop_thread = loop_thread
        self._directory = directory

    def run(self, scenario: Scenario, **settings: Any) -> None:
        async def within() -> None:
            async with pool_of(FUNCTIONS / "tricks", self._directory, **settings) as pool:
                await scenario(pool)

        self._loop_thread.run(within())

    def log(self, kind: str) -> list[dict[str, Any]]:
        """The entries of one type in the log."""
        lines = (self._directory / "Fn.log").read_text().split("\n")[:-1]
        return [entry for entry in map(json.loads, lines) if entry["kind"] == kind]

    @property
    def printed(self) -> list[str]:
        return [entry["message"] for entry in self.log("LINE")]


@pytest.fixture
def bench(runtime_client: str, loop_thread: LoopThread, tmp_path: Path) -> Bench:
    return Bench(loop_thread, tmp_path)


def test_the_handlers_answer_is_returned(bench: Bench) -> None:
    async def scenario(pool: FunctionPool) -> None:
        first = answer_of(await ask(pool, "answer", value={"text": "ä€😀\u2028"}))
        second = answer_of(await ask(pool, "answer", value=None))
        assert first["value"] == {"text": "ä€😀\u2028"}
        assert first["pid"] == second["pid"]
        assert first["request"] != second["request"]
        assert 0 < answer_of(await ask(pool, "time_left")) <= 10_000

    bench.run(scenario)


def test_an_exception_is_the_outcome_and_the_worker_survives(bench: Bench) -> None:
    async def scenario(pool: FunctionPool) -> None:
        before = answer_of(await ask(pool, "answer"))["pid"]
        error = error_of(await ask(pool, "raise"))
        assert (error["errorType"], error["errorMessage"]) == ("LookupError", "no such pupil")
        assert "do_raise" in "".join(error["stackTrace"])
        assert error_of(await ask(pool, "unserializable"))["errorType"] == "Runtime.MarshalError"
        assert answer_of(await ask(pool, "answer"))["pid"] == before

    bench.run(scenario)


def test_a_handler_that_never_returns_is_stopped_at_its_timeout(bench: Bench) -> None:
    async def scenario(pool: FunctionPool) -> None:
        before = answer_of(await ask(pool, "answer"))["pid"]
        error = error_of(await ask(pool, "hang"))
        assert error["errorType"] == "Sandbox.Timedout"
        assert error["errorMessage"].endswith("Task timed out after 1.00 seconds")
        await until(lambda: not runs(before))
        assert answer_of(await ask(pool, "answer"))["pid"] != before

    bench.run(scenario, timeout=1)


@pytest.mark.parametrize(
    ("death", "says"), [({"do": "exit", "status": 3}, "exit status 3"), ({"do": "kill"}, "signal: 9")]
)
def test_the_death_of_a_worker_affects_no_other_invocation(bench: Bench, death: dict[str, Any], says: str) -> None:
    async def scenario(pool: FunctionPool) -> None:
        other = asyncio.create_task(ask(pool, "sleep", seconds=1))
        error = error_of(await ask(pool, **death))
        assert error["errorType"] == "Runtime.ExitError"
        assert error["errorMessage"].endswith(says)
        assert answer_of(await other)["pid"]
        assert answer_of(await ask(pool, "answer", value=1))["value"] == 1

    bench.run(scenario)


def test_a_worker_that_dies_while_idle_is_replaced(bench: Bench) -> None:
    async def scenario(pool: FunctionPool) -> None:
        pid = answer_of(await ask(pool, "answer"))["pid"]
        os.kill(pid, signal.SIGKILL)
        await until(lambda: not runs(pid))
        await asyncio.sleep(0.2)
        assert answer_of(await ask(pool, "answer"))["pid"] != pid

    bench.run(scenario)


def test_an_answer_that_is_too_large_is_an_error(bench: Bench) -> None:
    async def scenario(pool: FunctionPool) -> None:
        limit = 6 * 1024 * 1024
        assert len(answer_of(await ask(pool, "big", size=limit - 2))) == limit - 2
        error = error_of(await ask(pool, "big", size=limit))
        assert error["errorType"] == "Function.ResponseSizeTooLarge"
        assert answer_of(await ask(pool, "answer", value=1))["value"] == 1

    bench.run(scenario)


def test_a_caller_that_gives_up_ends_its_invocation(bench: Bench) -> None:
    async def scenario(pool: FunctionPool) -> None:
        pid = answer_of(await ask(pool, "answer"))["pid"]
        call = asyncio.create_task(ask(pool, "sleep", seconds=60))
        await until(lambda: len(bench.log("START")) == 2)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert not runs(pid)
        assert answer_of(await ask(pool, "answer"))["pid"] != pid

    bench.run(scenario, most=1)


def test_printed_text_is_logged_between_lambdas_lines(bench: Bench) -> None:
    async def scenario(pool: FunctionPool) -> None:
        answer_of(await ask(pool, "print", text="one\rtwo\nthrée"))
        error_of(await ask(pool, "raise"))
        await until(lambda: any("no such pupil" in line for line in bench.printed))

    bench.run(scenario, memory=256)
    assert {"one", "two", "thrée", "to stderr"} <= set(bench.printed)
    # awslambdaric prints a traceback as one entry, its lines separated by carriage returns.
    assert not any("\r" in line for line in bench.printed)
    assert any("do_raise" in line for line in bench.printed)
    everything = bench.printed + [entry["message"] for entry in bench.log("ERROR")]
    assert sum("LookupError: no such pupil" in line for line in everything) == 1
    ids = [entry["requestId"] for entry in bench.log("START")]
    assert ids == [entry["requestId"] for entry in bench.log("END")]
    assert len(set(ids)) == 2
    first, second = bench.log("REPORT")
    assert first["memorySizeMB"] == 256
    assert first["billedDurationMs"] >= first["durationMs"] > 0
    assert ("initDurationMs" in first, "initDurationMs" in second) == (True, False)
    assert ("status" in first, second["status"]) == (False, "error")


@pytest.mark.parametrize("log_format", ["Text", "JSON"])
def test_log_entries_have_lambdas_format(bench: Bench, log_format: str) -> None:
    async def scenario(pool: FunctionPool) -> None:
        answer_of(await ask(pool, "log"))
        await until(lambda: len(bench.log("LINE")) >= (2 if log_format == "JSON" else 5))

    bench.run(scenario, log_format=log_format)
    [request_id] = [entry["requestId"] for entry in bench.log("START")]
    if log_format == "Text":
        level, moment, logged_id, message = bench.printed[0].split("\t")
        assert (level, logged_id, message) == ("[WARNING]", request_id, "3 pupils")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", moment)
        assert bench.printed[1].startswith("[ERROR]\t")
        assert bench.printed[-1] == "LookupError: no such pupil"
        return
    first, second = (entry["entry"] for entry in bench.log("LINE"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", first.pop("timestamp"))
    expected = {"level": "WARNING", "message": "3 pupils", "logger": "school", "requestId": request_id, "team": "A"}
    assert first == expected
    assert (second["errorType"], second["errorMessage"]) == ("LookupError", "no such pupil")
    assert "do_log" in "".join(second["stackTrace"])
    assert ":do_log:" in second["location"]


def test_a_line_of_any_length_and_any_bytes_is_logged(bench: Bench) -> None:
    async def scenario(pool: FunctionPool) -> None:
        pid = answer_of(await ask(pool, "answer"))["pid"]
        answer_of(await ask(pool, "write", bytes=[0xFF, 0x41, 0x0A]))
        answer_of(await ask(pool, "print", text="x" * 200_000))
        answer_of(await ask(pool, "print", text="y" * 200_000))
        assert answer_of(await ask(pool, "answer"))["pid"] == pid

    bench.run(scenario)
    assert "\ufffdA" in bench.printed
    text = "".join(bench.printed)
    assert (text.count("x"), text.count("y")) >= (200_000, 200_000)


def test_a_handler_that_exceeds_memory_size_is_ended(bench: Bench) -> None:
    async def scenario(pool: FunctionPool) -> None:
        other = asyncio.create_task(ask(pool, "sleep", seconds=1))
        error = error_of(await ask(pool, "allocate", megabytes=200))
        assert error["errorType"] == "Runtime.ExitError"
        assert answer_of(await other)["pid"]
        assert answer_of(await ask(pool, "answer", value=1))["value"] == 1

    bench.run(scenario)


@pytest.mark.parametrize("then", ["hang", "stop"])
def test_child_processes_of_a_handler_end_with_its_worker(bench: Bench, then: str) -> None:
    async def scenario(pool: FunctionPool) -> None:
        call = asyncio.create_task(ask(pool, "spawn", then=then))
        [child] = await until(lambda: [int(line.split()[1]) for line in bench.printed if line.startswith("child ")])
        try:
            assert await ends(call), "the invocation runs longer than its timeout"
            assert call.result().failed == (then == "hang")
            assert await ends(asyncio.create_task(pool.stop())), "the pool does not stop"
            await until(lambda: not runs(child), 2)
        finally:
            if runs(child):
                os.kill(child, signal.SIGKILL)
            await call

    bench.run(scenario, timeout=1, most=1)
