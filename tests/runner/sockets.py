"""A WebSocket API with its @connections, on real sockets, in front of a function with preset answers."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

import websockets.asyncio.client as websockets

from runner.edge.connections import Connections
from runner.edge.management_api import ManagementApi
from runner.edge.signature import Signatures
from runner.edge.websocket_api import Limits, WebSocketApp
from runner.functions.outcome import Outcome
from runner.http_server import HttpServer, bind
from runner.template.model import WebSocketApi, WebSocketRoute
from tests.runner.pools import until

OK = {"statusCode": 200}
# The id of an access key, and the secret.
KEYS = ("LOCALTESTS", "a-secret-of-the-tests")
API = WebSocketApi(
    "Api",
    "ws",
    "$request.body.action",
    {
        "$connect": WebSocketRoute("Connect", False),
        "$disconnect": WebSocketRoute("Disconnect", False),
        "$default": WebSocketRoute("Default", True),
        "ask": WebSocketRoute("Ask", True),
        "tell": WebSocketRoute("Tell", False),
    },
)


class Sockets:
    """The API, its addresses, and the events of its functions."""

    def __init__(self, api: WebSocketApi, limits: Limits) -> None:
        self.answers: dict[str, Any] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.connections = Connections()
        self.public = HttpServer(WebSocketApp(api, self._invoke, self.connections, limits), bind("127.0.0.1", 0))
        management = ManagementApi(api.stage, self.connections, Signatures(*KEYS))
        self.management = HttpServer(management, bind("127.0.0.1", 0))

    async def _invoke(self, function: str, payload: bytes) -> Outcome:
        event = json.loads(payload)
        self.calls.append((function, event))
        answer = self.answers.get(function, OK)
        if callable(answer):
            answer = answer(event)
        if isinstance(answer, Awaitable):
            answer = await answer
        return answer if isinstance(answer, Outcome) else Outcome(json.dumps(answer).encode())

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.public.port}/ws"

    @property
    def management_url(self) -> str:
        return f"http://127.0.0.1:{self.management.port}/ws"

    def connect(self, path: str = "", **settings: Any) -> websockets.connect:
        return websockets.connect(self.url + path, **({"compression": None, "ping_interval": None} | settings))

    def events(self, function: str) -> list[dict[str, Any]]:
        """The events that the function received."""
        return [event for name, event in self.calls if name == function]

    async def disconnect_event(self) -> dict[str, Any]:
        """Return the only event of $disconnect, after waiting long enough for a second one."""
        await until(lambda: self.events("Disconnect"))
        await until(lambda: len(self.connections) == 0)
        await asyncio.sleep(0.1)
        [event] = self.events("Disconnect")
        context: dict[str, Any] = event["requestContext"]
        return context


@asynccontextmanager
async def sockets(api: WebSocketApi = API, limits: Limits | None = None) -> AsyncIterator[Sockets]:
    found = Sockets(api, limits or Limits())
    await found.public.start()
    await found.management.start()
    try:
        yield found
    finally:
        await found.connections.close_all(1001, "Going away")
        await found.public.stop(2)
        await found.management.stop(0)
