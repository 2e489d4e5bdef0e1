"""A worker process: Lambda's runtime client with a separate Runtime API address.

The client enforces no deadline and reports no crash; this module watches for both.
"""

import asyncio
import contextlib
import math
import os
import signal
import sys
import time
from pathlib import Path
from typing import IO, Any

from runner.embedded.process import Account, start_child
from runner.functions.caller import Address, WorkerProcess
from runner.functions.environment import environment_of
from runner.functions.function_log import FunctionLog
from runner.functions.memory import peak_memory, resident_memory
from runner.functions.outcome import Outcome, Timing
from runner.functions.runtime_api import Invocation, RuntimeApi, error_document
from runner.http_server import HttpServer, bind, only_at
from runner.template.model import Function

# AWS's client, where it has a wheel.
AWS_CLIENT = ("-m", "awslambdaric")
PLAIN_CLIENT = ("-P", str(Path(__file__).with_name("runtime_client.py")))
RUNTIME_CLIENT = AWS_CLIENT if sys.platform == "linux" else PLAIN_CLIENT
MEGABYTE = 2**20
CHUNK = 64 * 1024
LONGEST_LINE = 256 * 1024
OUTPUT_SECONDS = 1.0
# The peak memory of a worker is read no more often than this.
LOOK_AGAIN_SECONDS = 0.25
# Mapped memory exceeds resident memory: this kernel limit only stops a worker that grows very fast between two checks.
MAPPED_MEMORY_FACTOR = 2
MAPPED_MEMORY_BASE = 512 * MEGABYTE


class ProcessWorker:
    """See Worker. Dead after a timeout, a crash, too much memory, or stop(). account: None is the runner's own user."""

    def __init__(self, function: Function, function_log: FunctionLog, *, account: Account | None = None) -> None:
        self._function = function
        self._log = function_log
        self._account = account
        self._api = RuntimeApi()
        self._server: HttpServer | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._worker: WorkerProcess | None = None
        self._output: IO[bytes] | None = None
        self._reader: asyncio.Task[None] | None = None
        self._gone: asyncio.Task[int] | None = None
        self._init_seconds: float | None = None
        self._stopped = False
        self._too_large = False
        self._peak: int | None = None
        self._looked = -math.inf
        self.idle_since = time.monotonic()

    @property
    def pid(self) -> int:
        """See Worker.pid."""
        return self._process.pid if self._process else 0

    @property
    def alive(self) -> bool:
        """See Worker.alive."""
        return self._gone is not None and not self._gone.done() and not self._too_large

    async def start(self, seconds: float) -> Outcome | None:
        """See Worker.start."""
        began = time.monotonic()
        # Reset the state of a first try, whose pid may belong to another process now.
        self._process = self._reader = self._gone = self._worker = None
        self._stopped = False
        self._api = RuntimeApi()
        listener = bind("127.0.0.1", 0)
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        self._server = HttpServer(only_at(address, self._api), listener, admits=self._admits, sockets=False)
        # Not asyncio's pipe: with it wait() would not return while a grandchild holds the pipe open.
        readable, written = os.pipe()
        self._output = os.fdopen(readable, "rb", 0)
        try:
            self._process = await start_child(
                [sys.executable, *RUNTIME_CLIENT, self._function.handler],
                env=environment_of(self._function, address),
                cwd=self._function.code,
                output=written,
                account=self._account,
                memory=self._function.memory * MEGABYTE * MAPPED_MEMORY_FACTOR + MAPPED_MEMORY_BASE,
            )
        except OSError as error:
            await self.stop()
            return _failure("Runtime.StartError", f"the worker cannot be started: {error}")
        finally:
            os.close(written)
        uid, gid = (self._account.uid, self._account.gid) if self._account else (os.geteuid(), os.getegid())
        self._worker = WorkerProcess(self._process.pid, uid, gid)
        self._gone = asyncio.create_task(self._process.wait())
        # Connections that were opened earlier wait in the kernel, because only now is it known which process may ask.
        await self._server.start()
        self._reader = asyncio.create_task(self._read_output())
        if self._stopped:
            # stop() was called while the process was being created.
            await self.stop(grace=0)
            return _failure("Runtime.Stopping", "the worker was stopped while it started")
        await _first_of(self._api.initialized, self._gone, timeout=seconds)
        if self._api.initialized.done():
            failure = self._api.initialized.result()
        elif not self.alive:
            failure = _failure("Runtime.ExitError", self._exit_text())
        else:
            await self.stop(grace=0)
            raise TimeoutError
        if failure is not None:
            await self.stop()
        self._init_seconds = time.monotonic() - began
        return failure

    async def invoke(self, payload: bytes) -> tuple[Outcome, str, Timing]:
        """See Worker.invoke."""
        assert self._gone is not None
        timeout = self._function.timeout
        invocation = Invocation(payload, int((time.time() + timeout) * 1000), self._function.arn)
        began = time.monotonic()
        self._log.start(invocation.request_id)
        self._api.hand_over(invocation)
        await _first_of(invocation.outcome, self._gone, timeout=timeout)
        if (now := time.monotonic()) - self._looked >= LOOK_AGAIN_SECONDS:
            self._looked, self._peak = now, peak_memory(self.pid)
        if invocation.outcome.done():
            outcome = invocation.outcome.result()
        elif self._gone.done():
            outcome = _failure("Runtime.ExitError", f"RequestId: {invocation.request_id} Error: {self._exit_text()}")
        else:
            text = f"RequestId: {invocation.request_id} Error: Task timed out after {timeout:.2f} seconds"
            outcome = _failure("Sandbox.Timedout", text)
            await self.stop(grace=0)
        timing = Timing(time.monotonic() - began, self._init_seconds, self._peak)
        self._init_seconds = None
        self.idle_since = time.monotonic()
        return outcome, invocation.request_id, timing

    async def stop(self, grace: float = 0.5) -> None:
        """See Worker.stop."""
        self._stopped = True
        if self._process is not None and self._process.returncode is None:
            assert self._gone is not None
            if grace > 0:
                self._process.terminate()
                await asyncio.wait({self._gone}, timeout=grace)
            if not self._gone.done():
                self._process.kill()
                await self._gone
        if self._process is not None:
            # Processes that the handler has started are in the worker's process group, and may hold its output open.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        if self._reader is not None:
            await asyncio.wait({self._reader}, timeout=OUTPUT_SECONDS)
            self._reader.cancel()
        elif self._output is not None:
            self._output.close()
        self._api.close()
        if self._server is not None:
            await self._server.stop(grace=0.1)

    def over_memory(self) -> bool:
        """See Worker.over_memory."""
        if not self.alive or (resident_memory(self.pid) or 0) <= self._function.memory * MEGABYTE:
            return False
        assert self._process is not None
        self._too_large = True
        self._process.kill()
        return True

    def _admits(self, client: Address, server: Address) -> bool:
        """Serve only the process that was started: its events contain what other users may not read."""
        return self._worker is not None and self._worker.opened(client, server)

    def _exit_text(self) -> str:
        if self._too_large:
            return f"Runtime exited with error: signal: killed (more than MemorySize, {self._function.memory} MB)"
        status = self._process.returncode if self._process else None
        if status is not None and status < 0:
            return f"Runtime exited with error: signal: {-status}"
        return f"Runtime exited with error: exit status {status}"

    async def _read_output(self) -> None:
        assert self._output is not None
        stream = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), self._output
        )
        try:
            await self._log_lines(stream)
        finally:
            transport.close()

    async def _log_lines(self, stream: asyncio.StreamReader) -> None:
        rest = b""
        while chunk := await stream.read(CHUNK):
            # awslambdaric separates the lines of a traceback by carriage returns, to keep it one log entry.
            *lines, rest = (rest + chunk).replace(b"\r", b"\n").split(b"\n")
            if len(rest) > LONGEST_LINE:
                lines, rest = [*lines, rest], b""
            for line in lines:
                self._log.line(line.decode(errors="replace"))
        if rest:
            self._log.line(rest.decode(errors="replace"))


def _failure(kind: str, message: str) -> Outcome:
    return Outcome(error_document(kind, message), failed=True)


async def _first_of(*futures: asyncio.Future[Any], timeout: float) -> None:
    await asyncio.wait(futures, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
