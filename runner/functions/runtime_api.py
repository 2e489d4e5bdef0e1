"""The Lambda Runtime API for one worker.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import asyncio
import json
import time
import uuid
from dataclasses import dataclass, field

from runner.functions.outcome import MAX_PAYLOAD, Outcome
from runner.http_server import Receive, Scope, Send, body_of, respond

PREFIX = "/2018-06-01/runtime"


@dataclass
class Invocation:
    """An event that a worker handles. deadline: milliseconds since the epoch."""

    payload: bytes
    deadline: int
    arn: str
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    outcome: asyncio.Future[Outcome] = field(default_factory=asyncio.Future)

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Return the headers that the runtime client reads."""
        return [
            (b"content-type", b"application/json"),
            (b"lambda-runtime-aws-request-id", self.request_id.encode()),
            (b"lambda-runtime-deadline-ms", str(self.deadline).encode()),
            (b"lambda-runtime-invoked-function-arn", self.arn.encode()),
            (
                b"lambda-runtime-trace-id",
                f"Root=1-{int(time.time()):08x}-{self.request_id.replace('-', '')[:24]}".encode(),
            ),
        ]


class RuntimeApi:
    """An ASGI app that hands invocations to the worker and receives its answers.

    initialized: None when the worker asks for its first event, or the error document of a failed start.
    """

    def __init__(self) -> None:
        self.initialized: asyncio.Future[Outcome | None] = asyncio.get_running_loop().create_future()
        self._waiting: asyncio.Queue[Invocation | None] = asyncio.Queue()
        self._current: Invocation | None = None

    def hand_over(self, invocation: Invocation) -> None:
        """Give the worker its next event."""
        self._waiting.put_nowait(invocation)

    def close(self) -> None:
        """Answer 410 to a worker that waits for its next event."""
        self._waiting.put_nowait(None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the runtime client."""
        path: str = scope["path"].removeprefix(PREFIX)
        if scope["method"] == "GET" and path == "/invocation/next":
            await self._next(send)
            return
        body = await body_of(receive, MAX_PAYLOAD)
        if path == "/init/error":
            if not self.initialized.done():
                self.initialized.set_result(Outcome(body or b"{}", failed=True))
            await respond(send, 202, b"")
            return
        current = self._current
        if current is None or not path.startswith(f"/invocation/{current.request_id}/"):
            await respond(send, 400, b'{"errorType": "InvalidRequestID", "errorMessage": "this invocation has ended"}')
        elif body is None:
            self._finish(current, Outcome(error_document("Function.ResponseSizeTooLarge", _TOO_LARGE), failed=True))
            # 202, not the API's 413, at which the runtime client would exit.
            await respond(send, 202, b"")
        else:
            self._finish(current, Outcome(body, failed=path.endswith("/error")))
            await respond(send, 202, b"")

    async def _next(self, send: Send) -> None:
        if not self.initialized.done():
            self.initialized.set_result(None)
        self._current = await self._waiting.get()
        if self._current is None:
            await respond(send, 410, b"")
            return
        await respond(send, 200, self._current.payload, self._current.headers())

    def _finish(self, invocation: Invocation, outcome: Outcome) -> None:
        self._current = None
        if not invocation.outcome.done():
            invocation.outcome.set_result(outcome)


_TOO_LARGE = f"Response payload size exceeded maximum allowed payload size ({MAX_PAYLOAD} bytes)."


def error_document(kind: str, message: str) -> bytes:
    """Return the JSON that Lambda answers for a failed invocation."""
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()
