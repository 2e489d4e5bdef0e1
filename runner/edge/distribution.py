"""CloudFront: the cache behaviours route requests by path.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
"""

import re
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from runner.http_server import App, Receive, Scope, Send, respond
from runner.template.model import Behavior

# A viewer-request function in Python: request headers -> (origin id, path), or None to continue with the behaviour.
ViewerRequest = Callable[[Mapping[str, str]], tuple[str, str] | None]

NOT_ALLOWED = b"This distribution is not configured to allow the HTTP request method that was used for this request.\n"
PLAIN = [(b"content-type", b"text/plain")]
CLOSE: dict[str, Any] = {"type": "websocket.close", "code": 1000}


class Distribution:
    """The ASGI app at the public address.

    The last behaviour is the default one, which matches every path. apps: (kind, logical id) -> what serves it.
    viewer_requests stand in for the template's CloudFront Functions, whose JavaScript is not run here.
    """

    def __init__(
        self,
        behaviors: tuple[Behavior, ...],
        origins: Mapping[str, tuple[str, str]],
        apps: Mapping[tuple[str, str], App],
        viewer_requests: Mapping[str, ViewerRequest],
    ) -> None:
        self._routes = [(_pattern(behavior.pattern), behavior) for behavior in behaviors]
        self._origins = origins
        self._apps = apps
        self._viewer_requests = viewer_requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the request to the origin of the first behaviour whose path pattern matches."""
        behavior = next(behavior for pattern, behavior in self._routes if pattern.fullmatch(scope["path"]))
        target = (behavior.kind, behavior.target)
        send = _with_headers(send, behavior)
        if scope["type"] == "websocket":
            if behavior.kind != "websocket":
                await send(CLOSE)
                return
        elif scope["method"] not in behavior.methods:
            await respond(send, 403, NOT_ALLOWED, PLAIN)
            return
        elif function := self._viewer_requests.get(behavior.viewer_request or ""):
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
            if chosen := function(headers):
                origin, path = chosen
                target = self._origins[origin]
                scope = {**scope, "path": path, "raw_path": path.encode()}
        await self._apps[target](scope, receive, send)


def _with_headers(send: Send, behavior: Behavior) -> Send:
    """Add the headers of the behaviour's response headers policy, to refusals too."""
    if not behavior.response_headers:
        return send

    async def send_more(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            given = dict(message.get("headers", []))
            for name, value, override in behavior.response_headers:
                if override or name.encode() not in given:
                    given[name.encode()] = value.encode("latin-1")
            # Only Set-Cookie may occur more than once, and every occurrence must be kept.
            cookies = [header for header in message.get("headers", []) if header[0] == b"set-cookie"]
            headers = [header for header in given.items() if header[0] != b"set-cookie"] + cookies
            message = {**message, "headers": headers}
        await send(message)

    return send_more


def _pattern(pattern: str) -> re.Pattern[str]:
    """Return a path pattern as a regular expression: * is any number of characters, ? is one; case-sensitive."""
    text = pattern if pattern.startswith(("/", "*")) else f"/{pattern}"
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(character, re.escape(character)) for character in text), re.DOTALL)
