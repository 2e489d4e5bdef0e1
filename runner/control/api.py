"""The control API: /_runner/… and Lambda's Invoke.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

import hmac
import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sized
from functools import partial
from typing import Any, Protocol
from urllib.parse import unquote

from prometheus_client import CONTENT_TYPE_LATEST

from runner.control.metrics import Metrics
from runner.functions.outcome import MAX_PAYLOAD, Throttled
from runner.functions.pool import FunctionPool
from runner.http_server import App, Receive, Scope, Send, body_of, respond
from runner.sources.sqs.backend import DeadLetterQueue
from runner.sources.sqs.queue import Depth, QueueUnavailable, SourceQueue
from runner.template.model import Stack

INVOKE = re.compile(r"/2015-03-31/functions/(?P<name>[^/]+)/invocations")
LETTERS = re.compile(r"/_runner/dead-letters/(?P<queue>[^/]+)(?:/(?P<letter>[^/]+))?")
JSON = [(b"content-type", b"application/json")]

Answer = tuple[int, Any]


class Controlled(Protocol):
    """The system that the API shows and controls."""

    stack: Stack
    metrics: Metrics

    @property
    def pools(self) -> Mapping[str, FunctionPool]:
        """The workers of each function."""

    @property
    def queues(self) -> Mapping[str, SourceQueue]:
        """The queues by name."""

    @property
    def connections(self) -> Sized:
        """The open sockets."""

    def dead_letters(self, queue: str, source: str) -> DeadLetterQueue | None:
        """Return the letters of a dead-letter queue; None where the backend cannot show them."""


def with_token(token: str, app: App) -> App:
    """Return an app that serves requests with the token as bearer token only: it is in the data directory."""
    expected = f"Bearer {token}".encode()

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        if len(given) == 1 and hmac.compare_digest(given[0], expected):
            await app(scope, receive, send)
        else:
            await _send_json(send, 403, {"error": "the bearer token is in control.token of the data directory"})

    return guarded


class StatusApi:
    """GET /_runner/status and /_runner/metrics."""

    def __init__(self, system: Controlled) -> None:
        self._system = system
        self._began = time.time()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or 404."""
        del receive
        depths = await self.depths()
        if scope["path"] == "/_runner/status":
            await _send_json(send, 200, self._status(depths))
        elif scope["path"] == "/_runner/metrics":
            text = self._system.metrics.text(self._system.pools, depths, len(self._system.connections))
            await respond(send, 200, text, [(b"content-type", CONTENT_TYPE_LATEST.encode())])
        else:
            await _send_json(send, 404, {"error": "not found: use /_runner/status or /_runner/metrics"})

    async def depths(self) -> dict[str, Depth]:
        """Return the depth of each queue that is available."""
        depths = {}
        for name, queue in self._system.queues.items():
            try:
                depths[name] = await queue.depth()
            except QueueUnavailable:
                continue
        return depths

    def _status(self, depths: dict[str, Depth]) -> dict[str, Any]:
        system = self._system
        return {
            "uptimeSeconds": round(time.time() - self._began, 1),
            "functions": {
                name: {"workers": pool.size, "busy": pool.busy, **system.metrics.counts(name)}
                for name, pool in system.pools.items()
            },
            "queues": {
                name: {
                    "waiting": depths[name].waiting,
                    "inFlight": depths[name].in_flight,
                    "oldestSeconds": round(depths[name].oldest, 1),
                    "deadLettersOf": system.stack.source_of(name),
                }
                if name in depths
                else {"error": "the queue does not answer"}
                for name in system.queues
            },
            "openSockets": len(system.connections),
        }


class ControlApi:
    """Requests that change something: on the internal address."""

    def __init__(self, system: Controlled, status: StatusApi) -> None:
        self._system = system
        self._status = status

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as JSON."""
        path: str = scope["path"]
        if match := INVOKE.fullmatch(path):
            await self._invoke(match["name"], scope["method"], receive, send)
        elif match := LETTERS.fullmatch(path):
            letter = unquote(match["letter"]) if match["letter"] else None
            body = await body_of(receive, MAX_PAYLOAD) or b""
            status, answer = await self._dead_letters(match["queue"], letter, scope["method"], body)
            await _send_json(send, status, answer)
        else:
            await self._status(scope, receive, send)

    async def _invoke(self, name: str, method: str, receive: Receive, send: Send) -> None:
        if method != "POST":
            await _refuse(send, 405, "MethodNotAllowedException", "POST invokes a function")
            return
        if name not in self._system.pools:
            known = ", ".join(self._system.pools)
            await _refuse(send, 404, "ResourceNotFoundException", f"there is no function {name}; there are {known}")
            return
        payload = await body_of(receive, MAX_PAYLOAD)
        if payload is None:
            await _refuse(send, 413, "RequestTooLargeException", f"an event has at most {MAX_PAYLOAD} bytes")
            return
        payload = payload or b"{}"
        if not _is_json(payload):
            await _refuse(send, 400, "InvalidRequestContentException", "the event is not JSON")
            return
        try:
            outcome = await self._system.pools[name].invoke(payload)
        except Throttled:
            await _refuse(send, 429, "TooManyRequestsException", f"the reserved concurrency of {name} is 0")
            return
        headers = [*JSON, (b"x-amz-function-error", b"Unhandled")] if outcome.failed else JSON
        await respond(send, 200, outcome.payload, headers)

    async def _dead_letters(self, queue: str, letter: str | None, method: str, body: bytes) -> Answer:
        source = self._system.stack.source_of(queue)
        if source is None:
            names = [name for name in self._system.queues if self._system.stack.source_of(name)]
            return 404, {"error": f"{queue} is not a dead-letter queue; there are {', '.join(names)}"}
        letters = self._system.dead_letters(queue, source)
        if letters is None:
            return 501, {"error": "an SQS endpoint manages its dead letters: use `aws sqs start-message-move-task`"}
        try:
            return await _on_letters(letters, letter, method, body)
        except QueueUnavailable as error:
            return 503, {"error": str(error)}


async def _on_letters(letters: DeadLetterQueue, letter: str | None, method: str, body: bytes) -> Answer:
    if letter is None:
        return 200, {"letters": [dead_letter.as_json() for dead_letter in await letters.list()]}
    if method == "GET":
        dead_letter = await letters.get(letter)
        return (200, dead_letter.as_json()) if dead_letter else _no_such(letter)
    redrive = partial(letters.redrive, body=body.decode(errors="replace")) if body else letters.redrive
    act: dict[str, Callable[[str], Awaitable[bool]]] = {"POST": redrive, "DELETE": letters.drop}
    if method not in act:
        return 405, {"error": "GET shows a letter, POST sends it again, DELETE drops it"}
    return (200, {"letterId": letter}) if await act[method](letter) else _no_such(letter)


def _no_such(letter: str) -> Answer:
    return 404, {"error": f"there is no letter {letter}: it may have been sent again or dropped"}


def _is_json(payload: bytes) -> bool:
    try:
        json.loads(payload)
    except (ValueError, RecursionError):
        return False
    return True


async def _send_json(send: Send, status: int, answer: Any) -> None:
    await respond(send, status, json.dumps(answer, ensure_ascii=False).encode(), JSON)


async def _refuse(send: Send, status: int, kind: str, text: str) -> None:
    """Answer as Lambda's API does, with the error's name in a header."""
    await respond(send, status, json.dumps({"error": text}).encode(), [*JSON, (b"x-amzn-errortype", kind.encode())])
