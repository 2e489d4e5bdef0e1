"""The public address of a template without a CloudFront distribution: Function URLs and the WebSocket API by path."""

from collections.abc import Mapping
from typing import Any

from runner.http_server import App, Receive, Scope, Send, respond
from runner.template.model import Stack

PLAIN = [(b"content-type", b"text/plain; charset=utf-8")]
CLOSE: dict[str, Any] = {"type": "websocket.close", "code": 1000}


def paths_of(stack: Stack) -> dict[str, str]:
    """Return the path of each Function URL and of the WebSocket API, by logical id; none behind a distribution."""
    if stack.behaviors:
        return {}
    functions = [name for name, function in stack.functions.items() if function.url is not None]
    paths = {name: "/" if len(functions) == 1 else f"/{name}/" for name in functions}
    if (api := stack.websocket_api) is not None:
        paths[api.logical_id] = f"/{api.stage}"
    return paths


class DirectPaths:
    """An ASGI app that serves one Function URL at /, several at /<logical id>/, and a WebSocket API at its stage.

    apps: (kind, logical id) -> what serves it.
    """

    def __init__(self, stack: Stack, apps: Mapping[tuple[str, str], App]) -> None:
        paths = paths_of(stack)
        self._nothing = f"There is nothing at this path. Served: {', '.join(paths.values()) or 'no Function URL'}\n"
        self._functions = {name: app for (kind, name), app in apps.items() if kind == "function" and name in paths}
        self._sockets: tuple[str, App] | None = None
        if (api := stack.websocket_api) is not None:
            self._sockets = paths[api.logical_id], apps["websocket", api.logical_id]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or socket."""
        if self._sockets is not None and scope["path"].rstrip("/") == self._sockets[0]:
            await self._sockets[1](scope, receive, send)
        elif scope["type"] == "websocket":
            await send(CLOSE)
        elif len(self._functions) == 1:
            [function] = self._functions.values()
            await function(scope, receive, send)
        else:
            await self._one_of_several(scope, receive, send)

    async def _one_of_several(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope["path"].split("/")[1]
        prefix = f"/{name}"
        if name not in self._functions or not scope["raw_path"].startswith(prefix.encode()):
            await respond(send, 404, self._nothing.encode(), PLAIN)
            return
        # The function gets the path that it would get at its own Function URL.
        path = scope["path"].removeprefix(prefix) or "/"
        raw_path = scope["raw_path"].removeprefix(prefix.encode()) or b"/"
        await self._functions[name]({**scope, "path": path, "raw_path": raw_path}, receive, send)
