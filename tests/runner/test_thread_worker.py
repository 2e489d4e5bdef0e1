"""A worker in a thread: its behaviour equals that of a process, except for the limits of threads."""

import asyncio
import gc
import json
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from runner.functions.function_log import FunctionLog
from runner.functions.pool import FunctionPool
from runner.functions.thread_worker import ThreadWorker
from tests.e2e.stack import eventually
from tests.runner.pools import FUNCTIONS, a_function, answer_of, ask, error_of
from tests.servers import LoopThread

ROOT = Path(__file__).parents[2]
MB = 1024 * 1024
ASGI = """
from fastapi import FastAPI
from mangum import Mangum
app = FastAPI()
@app.get("/plus")
async def plus(a: int, b: int):
    return {"sum": a + b}
handler = Mangum(app, lifespan="off")
"""
ENVIRONMENT = """
import asyncio, os
at_load = dict(os.environ)
def handler(event, context):
    os.environ.setdefault("COUNT", "0")
    os.environ["COUNT"] = str(int(os.environ["COUNT"]) + 1)
    in_a_thread = asyncio.get_event_loop().run_until_complete(asyncio.to_thread(os.environ.copy))
    return {"at load": at_load, "now": os.environ | {}, "in a thread": in_a_thread, "count": os.getenv("COUNT")}
"""
LAST_WORDS = """
import asyncio, pathlib, sys
from tests.runner.test_thread_worker import FunctionLog, ThreadWorker, a_function
async def main(code):
    worker = ThreadWorker(a_function(code, timeout=0.2), FunctionLog("Fn", code / "Fn.log"))
    assert await worker.start(60) is None
    outcome, _, _ = await worker.invoke(b"{}")
    await worker.stop()
    print(outcome.failed, "and goes on")
asyncio.run(main(pathlib.Path(sys.argv[1])))
"""
Scenario = Callable[[FunctionPool], Coroutine[Any, Any, object]]


class Bench:
    """Runs a scenario against a pool of one thread, then reads its log."""

    def __init__(self, loop_thread: LoopThread, directory: Path) -> None:
        self._loop_thread = loop_thread
        self.directory = directory
        self.code = FUNCTIONS / "tricks"
        self.log: list[dict[str, Any]] = []

    def write(self, path: str, text: str) -> Path:
        """Write a file; code/handler.py is run from then on, layer/python is its layer."""
        found = self.directory / path
        found.parent.mkdir(parents=True, exist_ok=True)
        found.write_text(text)
        self.code = self.directory / "code"
        return found

    def run(self, scenario: Scenario, *, debugged: bool = False, **settings: Any) -> None:
        async def within() -> None:
            log = FunctionLog("Fn", self.directory / "Fn.log")
            function = a_function(self.code, layers=(self.directory / "layer",), **settings)
            pool = FunctionPool(function, log, 1, make_worker=partial(ThreadWorker, debugged=debugged))
            try:
                await pool.start()
                await scenario(pool)
            finally:
                await asyncio.wait_for(pool.stop(), 10)
                log.close()

        self._loop_thread.run(within())
        self.log = [json.loads(line) for line in (self.directory / "Fn.log").read_text().splitlines()]


def open_loops() -> set[asyncio.AbstractEventLoop]:
    # Not isinstance: it would resolve any proxy object in memory.
    found = (one for one in gc.get_objects() if issubclass(type(one), asyncio.AbstractEventLoop))
    return {loop for loop in found if not loop.is_closed()}


@pytest.fixture
def bench(loop_thread: LoopThread, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr(sys, "path", list(sys.path))
    return Bench(loop_thread, tmp_path)


def test_the_handlers_answer_is_returned(bench: Bench) -> None:
    async def scenario(pool: FunctionPool) -> None:
        first, second = [answer_of(await ask(pool, "answer", value={"text": "ä€😀"})) for _ in range(2)]
        assert first["value"] == {"text": "ä€😀"}
        assert first["pid"] == os.getpid()
        assert first["request"] != second["request"]
        assert 0 < answer_of(await ask(pool, "time_left")) <= 10_000
        assert len(answer_of(await ask(pool, "big", size=6 * MB - 2))) == 6 * MB - 2
        assert error_of(await ask(pool, "big", size=6 * MB))["errorType"] == "Function.ResponseSizeTooLarge"

    bench.run(scenario)
    assert [entry["kind"] for entry in bench.log[:6]] == ["START", "END", "REPORT"] * 2
    assert ["initDurationMs" in entry for entry in bench.log[2:6:3]] == [True, False]


def test_an_error_is_logged_once_with_its_traceback(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(pool: FunctionPool) -> None:
        error = error_of(await ask(pool, "raise"))
        assert (error["errorType"], error["errorMessage"]) == ("LookupError", "no such pupil")
        assert "thread_worker.py" not in "".join(error["stackTrace"])
        assert error_of(await ask(pool, "unserializable"))["errorMessage"]

    bench.run(scenario)
    for logged in (caplog.text, "\n".join(str(entry.get("message")) for entry in bench.log)):
        assert logged.count("LookupError: no such pupil") == 1
        assert logged.count("in do_raise") == 1


def test_a_timeout_abandons_the_thread_and_the_next_invocation_works(bench: Bench) -> None:
    async def scenario(pool: FunctionPool) -> None:
        assert error_of(await ask(pool, "sleep", seconds=2))["errorMessage"].endswith("timed out after 0.30 seconds")
        assert answer_of(await ask(pool, "answer", value=1))["value"] == 1

    bench.run(scenario, timeout=0.3)


def test_a_debugged_function_has_no_timeout(bench: Bench) -> None:
    async def scenario(pool: FunctionPool) -> None:
        assert answer_of(await ask(pool, "sleep", seconds=0.6))["pid"]
        assert answer_of(await ask(pool, "time_left")) > 60_000

    bench.run(scenario, timeout=0.1, debugged=True)


def test_a_function_sees_only_its_variables(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_SHELL", "leaks")
    bench.write("code/handler.py", ENVIRONMENT)

    async def scenario(pool: FunctionPool) -> None:
        for count in ("1", "2"):
            answer = answer_of(await ask(pool, ""))
            assert answer.pop("count") == count
            for found in answer.values():
                assert found["GREETING"] == "hello"
                assert not {"SECRET_OF_THE_SHELL", "HOME"} & set(found)
            assert "SECRET_OF_THE_SHELL" in os.environ
            assert not {"GREETING", "COUNT"} & set(os.environ)

    bench.run(scenario, environment={"GREETING": "hello"})


def test_fastapi_behind_mangum_runs_in_the_thread(bench: Bench) -> None:
    bench.write("code/handler.py", ASGI)
    http = {"method": "GET", "path": "/plus", "sourceIp": "127.0.0.1"}
    event = {"version": "2.0", "rawPath": "/plus", "rawQueryString": "a=2&b=3", "headers": {}}
    payload = json.dumps(event | {"requestContext": {"http": http}, "isBase64Encoded": False}).encode()

    async def scenario(pool: FunctionPool) -> None:
        for _ in range(2):
            answer = answer_of(await pool.invoke(payload))
            assert (answer["statusCode"], json.loads(answer["body"])) == (200, {"sum": 5})

    bench.run(scenario)


@pytest.mark.parametrize("seconds", [0, 10])
def test_a_changed_layer_is_reloaded(bench: Bench, monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    """Python's cache compares seconds and the size only, which two saves may share."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    name = f"shared_{seconds}"
    bench.write("code/handler.py", f"import {name}\ndef handler(event, context):\n    return {name}.VALUE\n")
    module = bench.write(f"layer/python/{name}.py", "VALUE = 1\n")
    os.utime(module, ns=(0, 1_700_000_000_100_000_000))

    async def scenario(pool: FunctionPool) -> None:
        assert answer_of(await ask(pool, "")) == 1
        await asyncio.sleep(0.1)
        module.write_text("VALUE = 2\n")
        os.utime(module, ns=(0, 1_700_000_000_900_000_000 + seconds * 10**9))
        assert answer_of(await ask(pool, "")) == 2

    bench.run(scenario)


@pytest.mark.parametrize(
    ("does", "says"),
    [
        ("sys.exit(3)", "exit status 3"),
        ("sys.exit()", "exit status 0"),
        ("sys.exit('last words')", "exit status 1"),
        ("raise KeyboardInterrupt", "exit status 1"),
    ],
)
def test_a_handler_that_exits_ends_only_its_worker(bench: Bench, does: str, says: str) -> None:
    code = "import sys\ndef handler(event, context):\n    if event['do']:\n        {}\n    return 'well'\n"
    bench.write("code/handler.py", code.format(does))

    async def scenario(pool: FunctionPool) -> None:
        error = error_of(await ask(pool, "it"))
        assert error["errorType"] == "Runtime.ExitError"
        assert error["errorMessage"].endswith(f"Error: Runtime exited with error: {says}")
        assert pool.size == 0
        assert answer_of(await ask(pool, "")) == "well"

    bench.run(scenario)


def test_code_that_exits_at_import_is_an_error(bench: Bench) -> None:
    handler = bench.write("code/handler.py", "raise SystemExit(3)\n")

    async def scenario(pool: FunctionPool) -> None:
        error = error_of(await ask(pool, ""))
        assert (error["errorType"], error["errorMessage"][-13:]) == ("Runtime.ExitError", "exit status 3")
        handler.write_text("def handler(event, context):\n    return 'mended'\n")
        assert answer_of(await ask(pool, "")) == "mended"

    bench.run(scenario)


@pytest.mark.parametrize("does", ["sys.exit(3)", "time.sleep(30)"])
def test_a_handler_that_exits_or_hangs_does_not_affect_the_end_of_the_runner(bench: Bench, does: str) -> None:
    bench.write("code/handler.py", f"import sys, time\ndef handler(event, context):\n    {does}\n")
    command = [sys.executable, "-c", LAST_WORDS, str(bench.code)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    found = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (found.stdout, found.returncode) == ("True and goes on\n", 0), found.stderr


def test_a_stopped_worker_leaves_no_event_loop_open(bench: Bench) -> None:
    before = open_loops()
    bench.run(lambda pool: ask(pool, "answer"))
    eventually(lambda: open_loops() <= before)
    bench.write("code/handler.py", "no Python at all\n")
    bench.run(lambda pool: ask(pool, "answer"))
    eventually(lambda: open_loops() <= before)
