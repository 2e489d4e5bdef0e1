"""An ASGI app behind the runner's own server, for clients in the test's thread."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from runner.functions.outcome import Outcome
from runner.http_server import App, HttpServer, bind
from tests.servers import LoopThread


@contextmanager
def serving(loop_thread: LoopThread, app: App) -> Iterator[int]:
    """Serve the app on loopback; yield the port."""
    server = HttpServer(app, bind("127.0.0.1", 0))
    loop_thread.run(server.start())
    try:
        yield server.port
    finally:
        loop_thread.run(server.stop(1))


class FakeFunction:
    """Records its events. answer: its return value, or the exception that its invocation raises."""

    def __init__(self, answer: Any = None) -> None:
        self.answer = answer
        self.events: list[dict[str, Any]] = []

    async def __call__(self, payload: bytes) -> Outcome:
        self.events.append(json.loads(payload))
        if isinstance(self.answer, Exception):
            raise self.answer
        if isinstance(self.answer, Outcome):
            return self.answer
        return Outcome(json.dumps(self.answer).encode())
