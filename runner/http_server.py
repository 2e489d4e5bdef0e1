"""Serves an ASGI app on a socket, with uvicorn's protocols on the runner's event loop.

Many listeners (each worker has a Runtime API) share the loop; uvicorn.Server would install signal handlers for each.
"""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from uvicorn import Config
from uvicorn.server import ServerState

from runner.errors import AddressInUse
from runner.heads import HttpToolsProtocol

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
# (the client's address, the server's) -> whether the connection is served.
Admits = Callable[[tuple[str, int], tuple[str, int]], bool]

BACKLOG = 2048
WITHOUT_BODY = {204, 304}
# How long a connection that is not served may take to send a request and read its refusal.
REFUSAL_SECONDS = 1.0
# API Gateway's quotas: 128 KB a message, 32 KB a frame.
WEBSOCKET_LIMITS = (128 * 1024, 32 * 1024)


def bind(host: str, port: int) -> socket.socket:
    """Return a bound socket; port 0 chooses a free port. Raises AddressInUse."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # Listen now: otherwise a second runner could bind the same address and would fail much later.
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise AddressInUse(
            f"{host}:{port} cannot be listened on ({error.strerror}): "
            "stop the program that uses it, or choose another port with --port"
        ) from error
    return listener


class HttpServer:
    """Serves `app` on `listener` between start() and stop().

    admits: asked once a connection; a connection that it does not admit gets 403 and is closed. sockets: whether
    WebSocket handshakes are served.
    """

    def __init__(
        self, app: App, listener: socket.socket, *, admits: Admits | None = None, sockets: bool = True
    ) -> None:
        self._config = Config(
            app,
            http="httptools",
            ws="websockets-sansio" if sockets else "none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=75,
            ws_max_size=WEBSOCKET_LIMITS,  # type: ignore[arg-type]  # websockets takes (message, frame)
            ws_per_message_deflate=False,
            # API Gateway sends no pings; its idle limit closes dead connections.
            ws_ping_interval=None,
        )
        self._config.load()
        self._state = ServerState()
        self._listener = listener
        self._admits = admits
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port of the listener."""
        port: int = self._listener.getsockname()[1]
        return port

    async def start(self) -> None:
        """Accept connections."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, sock=self._listener, backlog=BACKLOG)

    def _protocol(self) -> HttpToolsProtocol:
        if self._admits is None:
            return HttpToolsProtocol(self._config, self._state, {})
        return _GuardedProtocol(self._config, self._state, self._admits)

    async def stop(self, grace: float) -> None:
        """Accept no more connections; wait `grace` seconds for running requests, then cancel them."""
        if self._server is None:
            self._listener.close()
            return
        self._server.close()
        for connection in list(self._state.connections):
            connection.shutdown()
        tasks = set(self._state.tasks)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace)
            for task in late:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task


class _GuardedProtocol(HttpToolsProtocol):
    """Asks once a connection whether it is served."""

    def __init__(self, config: Config, state: ServerState, admits: Admits) -> None:
        super().__init__(config, state, {})
        self._admits = admits

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's is
        super().connection_made(transport)
        client, server = transport.get_extra_info("peername"), transport.get_extra_info("sockname")
        if not client or not server or not self._admits(client[:2], server[:2]):
            self.app = forbid
            self.loop.call_later(REFUSAL_SECONDS, transport.close)


async def forbid(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer 403, without a reason, and close the connection."""
    del scope, receive
    await respond(send, 403, b"", [(b"connection", b"close")])


def only_at(host: str, app: App) -> App:
    """Return an app that forbids requests with another Host: a page whose name was rebound to loopback sends its own.

    host: what clients are told to connect to, host:port.
    """
    expected = [host.encode()]

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        given = [value for name, value in scope["headers"] if name == b"host"]
        await (app if given == expected else forbid)(scope, receive, send)

    return guarded


async def body_of(receive: Receive, limit: int) -> bytes | None:
    """Return the complete body of a request, or None when it is longer than `limit` bytes."""
    chunks = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            return None
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


async def respond(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    """Send a response; statuses 204 and 304 have no body (RFC 9110, 6.4.1)."""
    headers = list(headers or [])
    if status in WITHOUT_BODY:
        body = b""
    else:
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
