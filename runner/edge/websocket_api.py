"""API Gateway's WebSocket API.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-overview.html
"""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from runner.edge.connections import Connection, Connections, new_connection_id
from runner.edge.websocket_event import (
    connect_event,
    disconnect_event,
    message_event,
    new_message_id,
    route_key,
    title_case,
)
from runner.functions.outcome import Outcome
from runner.http_server import Receive, Scope, Send
from runner.template.model import WebSocketApi

log = logging.getLogger(__name__)

Invoke = Callable[[str, bytes], Awaitable[Outcome]]


@dataclass(frozen=True)
class Limits:
    """API Gateway's quotas, in seconds."""

    idle: float = 600.0
    duration: float = 7200.0


class WebSocketApp:
    """An ASGI app for the sockets of one stage. invoke: (function's logical id, event) -> outcome."""

    def __init__(
        self, api: WebSocketApi, invoke: Invoke, connections: Connections, limits: Limits | None = None
    ) -> None:
        self._api = api
        self._invoke = invoke
        self._connections = connections
        self._limits = limits or Limits()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket from its handshake to its end."""
        if scope["type"] != "websocket":
            await _refuse_http(send)
            return
        await receive()
        if scope["path"].strip("/") != self._api.stage:
            await _deny(send, receive, 403)
            return
        headers = {title_case(name.decode("latin-1")): value.decode("latin-1") for name, value in scope["headers"]}
        connection = Connection(
            connection_id=new_connection_id(),
            send=send,
            source_ip=scope["client"][0] if scope.get("client") else "127.0.0.1",
            user_agent=headers.get("User-Agent", ""),
            headers=headers,
        )
        domain = headers.get("Host", "127.0.0.1")
        status, protocol = await self._ask(connection, scope, domain)
        if not 200 <= status < 300:
            await _deny(send, receive, status)
            return
        code, reason = 1006, ""
        try:
            await send({"type": "websocket.accept", "subprotocol": protocol})
            self._connections.add(connection)
            code, reason = await self._serve(connection, receive, domain)
        except OSError:
            code, reason = 1006, "the client has disconnected"
        finally:
            self._connections.remove(connection)
            # Shielded: $disconnect is invoked even while the runner stops.
            await asyncio.shield(self._disconnected(connection, domain, code, reason))

    async def _ask(self, connection: Connection, scope: Scope, domain: str) -> tuple[int, str | None]:
        """Invoke $connect; return the status of the handshake and the subprotocol that it has chosen."""
        route = self._api.routes.get("$connect")
        if route is None:
            return 200, None
        outcome = await self._invoke(route.function, connect_event(self._api, connection, scope, domain))
        return (502, None) if outcome.failed else _handshake_of(outcome.payload)

    async def _serve(self, connection: Connection, receive: Receive, domain: str) -> tuple[int, str]:
        """Handle messages until either side closes; return the close code and reason."""
        ends = time.monotonic() + self._limits.duration
        pending: asyncio.Task[Any] = asyncio.ensure_future(receive())
        try:
            while True:
                now = time.monotonic()
                limit = min(ends, connection.last_active + self._limits.idle)
                if now >= limit:
                    await connection.close(1001, "Going away")
                    return 1001, "Going away"
                await asyncio.wait({pending}, timeout=limit - now)
                if not pending.done():
                    continue
                message = pending.result()
                if message["type"] == "websocket.disconnect":
                    return _closed(message)
                connection.last_active = time.monotonic()
                await self._take(connection, message, domain)
                pending = asyncio.ensure_future(receive())
        finally:
            pending.cancel()

    async def _take(self, connection: Connection, message: dict[str, Any], domain: str) -> None:
        if message.get("text") is None:
            await connection.close(1003, "Binary is not supported")
            return
        key = route_key(self._api, message["text"])
        if key is None:
            await self._send_error(connection, "Forbidden")
            return
        route = self._api.routes[key]
        event = message_event(self._api, connection, key, domain, message["text"])
        outcome = await self._invoke(route.function, event)
        if outcome.failed:
            await self._send_error(connection, "Internal server error")
        elif route.responds and (body := _body_of(outcome.payload)):
            await connection.push(body.encode(errors="replace"))

    async def _send_error(self, connection: Connection, text: str) -> None:
        answer = {"message": text, "connectionId": connection.connection_id, "requestId": new_message_id()}
        await connection.push(json.dumps(answer).encode())

    async def _disconnected(self, connection: Connection, domain: str, code: int, reason: str) -> None:
        if route := self._api.routes.get("$disconnect"):
            await self._invoke(route.function, disconnect_event(self._api, connection, domain, code, reason))


def _closed(message: dict[str, Any]) -> tuple[int, str]:
    """Return close code and reason. Without a closing handshake uvicorn gives no reason; the code is then 1006."""
    if "reason" not in message:
        return 1006, ""
    return message["code"] or 1005, message["reason"] or ""


def _handshake_of(payload: bytes) -> tuple[int, str | None]:
    try:
        answer = json.loads(payload)
    except ValueError:
        return 502, None
    status = answer.get("statusCode") if isinstance(answer, dict) else None
    if not isinstance(status, int):
        return 502, None
    headers = answer.get("headers") or {}
    protocols = [str(value) for name, value in headers.items() if name.lower() == "sec-websocket-protocol"]
    return status, protocols[0] if protocols else None


def _body_of(payload: bytes) -> str | None:
    answer = json.loads(payload)
    body = answer.get("body") if isinstance(answer, dict) else None
    return body if isinstance(body, str) else None


async def _deny(send: Send, receive: Receive, status: int) -> None:
    body = b'{"message": "Forbidden"}' if status in {401, 403} else b'{"message": "Internal server error"}'
    headers = [(b"content-type", b"application/json")]
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body})
    # The end of the handshake and of the transport: uvicorn logs an error when an app returns between them.
    await receive()
    await receive()


async def _refuse_http(send: Send) -> None:
    headers = [(b"content-type", b"application/json"), (b"upgrade", b"websocket")]
    await send({"type": "http.response.start", "status": 426, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"message": "Upgrade Required"}'})
