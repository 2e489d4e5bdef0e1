"""A worker that is a thread of the runner: for `--in-process`, and for debuggers (`--debug`).

Threads share what Lambda isolates: the interpreter and its modules; MemorySize is not enforced. A thread cannot be
stopped: after its Timeout it is abandoned.
"""

import asyncio
import importlib
import importlib.util
import json
import os
import sys
import threading
import time
import traceback
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from runner.functions.code_state import CodeState
from runner.functions.environment import environment_of
from runner.functions.function_log import FunctionLog
from runner.functions.outcome import MAX_PAYLOAD, Outcome, Timing
from runner.functions.runtime_api import error_document
from runner.functions.thread_environment import give
from runner.functions.worker_thread import WorkerThread
from runner.template.model import Function

# One worker at a time removes changed modules and reloads them.
_loading = threading.Lock()
_states: dict[tuple[Path, ...], CodeState] = {}

Handler = Callable[[Any, Any], Any]


class ThreadWorker:
    """See Worker. debugged: without a Timeout, so that execution may stop at a breakpoint."""

    def __init__(self, function: Function, function_log: FunctionLog, *, debugged: bool = False) -> None:
        self._function = function
        self._log = function_log
        self._timeout = None if debugged else float(function.timeout)
        self._thread = WorkerThread(function.name)
        self._handler: Handler | None = None
        self._over = False
        self._init_seconds: float | None = None
        self.idle_since = time.monotonic()

    @property
    def pid(self) -> int:
        """See Worker.pid."""
        return os.getpid()

    @property
    def alive(self) -> bool:
        """See Worker.alive."""
        return self._handler is not None and not self._over

    async def start(self, seconds: float) -> Outcome | None:  # noqa: ARG002 - a thread cannot be stopped
        """See Worker.start."""
        began = time.monotonic()
        self._thread.start()
        failure = await self._thread.do(self._load)
        if failure is not None:
            await self.stop()
        self._init_seconds = time.monotonic() - began
        return failure

    async def invoke(self, payload: bytes) -> tuple[Outcome, str, Timing]:
        """See Worker.invoke."""
        request_id = str(uuid.uuid4())
        self._log.start(request_id)
        began = time.monotonic()
        running = self._thread.do(partial(self._call, payload, request_id))
        done, _ = await asyncio.wait({running}, timeout=self._timeout)
        if done:
            outcome = running.result()
        else:
            self._over = True
            running.cancel()
            text = f"RequestId: {request_id} Error: Task timed out after {self._timeout:.2f} seconds"
            outcome = Outcome(error_document("Sandbox.Timedout", text), failed=True)
        timing = Timing(time.monotonic() - began, self._init_seconds)
        self._init_seconds = None
        self.idle_since = time.monotonic()
        return outcome, request_id, timing

    async def stop(self, grace: float = 0.5) -> None:  # noqa: ARG002 - the same
        """See Worker.stop."""
        self._over = True
        self._thread.close()

    def over_memory(self) -> bool:
        """See Worker.over_memory: a thread's memory cannot be told from the runner's."""
        return False

    def _load(self) -> Outcome | None:
        give(environment_of(self._function, "in-process"))
        try:
            self._handler = _load(self._function)
        except BaseException as error:  # noqa: BLE001 - every error of the function's code is reported as its failure
            return self._failed(error)
        return None

    def _call(self, payload: bytes, request_id: str) -> Outcome:
        assert self._handler is not None
        deadline = time.time() + (self._timeout or 3600)
        context = SimpleNamespace(
            aws_request_id=request_id,
            function_name=self._function.name,
            function_version="$LATEST",
            invoked_function_arn=self._function.arn,
            memory_limit_in_mb=str(self._function.memory),
            get_remaining_time_in_millis=lambda: max(0, int((deadline - time.time()) * 1000)),
        )
        try:
            answer = json.dumps(self._handler(json.loads(payload), context), ensure_ascii=False).encode()
        except BaseException as error:  # noqa: BLE001 - the same
            return self._failed(error, f"RequestId: {request_id} Error: ")
        if len(answer) > MAX_PAYLOAD:
            text = f"Response payload size exceeded maximum allowed payload size ({MAX_PAYLOAD} bytes)."
            return Outcome(error_document("Function.ResponseSizeTooLarge", text), failed=True)
        return Outcome(answer)

    def _failed(self, error: BaseException, prefix: str = "") -> Outcome:
        """Log the traceback and return the error document; an error that would end a process ends this worker."""
        if isinstance(error, SystemExit):
            return self._ended(error.code, prefix)
        # An abandoned thread logs nothing more.
        for line in [] if self._over else traceback.format_exception(error):
            self._log.line(line.rstrip("\n"))
        if not isinstance(error, Exception):
            return self._ended(1, prefix)
        document = {
            "errorMessage": str(error),
            "errorType": type(error).__name__,
            "stackTrace": traceback.format_tb(error.__traceback__)[1:],
        }
        return Outcome(json.dumps(document).encode(), failed=True)

    def _ended(self, code: object, prefix: str) -> Outcome:
        """Return the outcome of sys.exit(code): a status, None for 0, or a message for 1."""
        self._over = True
        status = code if isinstance(code, int) else 0 if code is None else 1
        text = f"{prefix}Runtime exited with error: exit status {status}"
        return Outcome(error_document("Runtime.ExitError", text), failed=True)


def _load(function: Function) -> Handler:
    module_name, _, attribute = function.handler.rpartition(".")
    path = function.code / (module_name.replace(".", "/") + ".py")
    unique = f"runner_function_{function.name}_{uuid.uuid4().hex}"
    spec = importlib.util.spec_from_file_location(unique, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with _loading:
        folders = [str(folder) for folder in (function.code, *(layer / "python" for layer in function.layers))]
        # Before the entries of PYTHONPATH, which may hold another copy of the same code.
        sys.path[:0] = [folder for folder in folders if folder not in sys.path]
        _forget_changed_modules((function.code, *function.layers))
        sys.modules[unique] = module
        spec.loader.exec_module(module)
    handler: Handler = getattr(module, attribute)
    return handler


def _forget_changed_modules(folders: tuple[Path, ...]) -> None:
    """Remove the modules of these folders from sys.modules when their files have changed."""
    if folders not in _states:
        _states[folders] = CodeState(folders)
    # Scan now: the pool has seen a change, and the old modules must not be used again.
    if not _states[folders].has_changed(at_once=True):
        return
    for name, module in list(sys.modules.items()):
        path = getattr(module, "__file__", None)
        if path and any(Path(path).is_relative_to(folder) for folder in folders):
            del sys.modules[name]
    importlib.invalidate_caches()
