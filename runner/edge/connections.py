"""The open connections of the WebSocket API, by connection id."""

import asyncio
import base64
import contextlib
import os
import time
from dataclasses import dataclass, field
from typing import Any

from runner.http_server import Send


def new_connection_id() -> str:
    """Return an id in API Gateway's format: base64 of a few bytes, with a trailing =."""
    return base64.b64encode(os.urandom(11)).decode()


@dataclass
class Connection:
    """One accepted socket. connected_at in milliseconds since the epoch; last_active on the monotonic clock."""

    connection_id: str
    send: Send
    source_ip: str
    user_agent: str
    headers: dict[str, str]
    connected_at: int = field(default_factory=lambda: int(time.time() * 1000))
    last_active: float = field(default_factory=time.monotonic)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def push(self, data: bytes) -> None:
        """Send a message, as text if it is UTF-8, as API Gateway does. Raises OSError: the client has disconnected."""
        self.last_active = time.monotonic()
        message: dict[str, Any] = {"type": "websocket.send"}
        try:
            message["text"] = data.decode()
        except UnicodeDecodeError:
            message["bytes"] = data
        async with self._writing:
            try:
                await self.send(message)
            except RuntimeError as error:
                # uvicorn has closed the socket, because a message was too large or was not a WebSocket frame.
                raise ConnectionResetError("the socket is closed") from error

    async def close(self, code: int, reason: str) -> None:
        """Close the socket, and set `closing` for its reader."""
        self.closing.set()
        with contextlib.suppress(OSError, RuntimeError):
            await self.send({"type": "websocket.close", "code": code, "reason": reason})


class Connections:
    """Every open connection by id."""

    def __init__(self) -> None:
        self._open: dict[str, Connection] = {}

    def __len__(self) -> int:
        return len(self._open)

    def add(self, connection: Connection) -> None:
        """Add a connection."""
        self._open[connection.connection_id] = connection

    def remove(self, connection: Connection) -> None:
        """Remove a connection."""
        self._open.pop(connection.connection_id, None)

    def get(self, connection_id: str) -> Connection | None:
        """Return the connection, or None when it has closed."""
        return self._open.get(connection_id)

    async def close_all(self, code: int, reason: str) -> None:
        """Close every socket."""
        await asyncio.gather(*(connection.close(code, reason) for connection in list(self._open.values())))
