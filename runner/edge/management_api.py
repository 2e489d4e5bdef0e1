"""The @connections API, on the internal address.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
"""

import json
import re
import time
from urllib.parse import unquote

from runner.edge.connections import Connection, Connections
from runner.edge.signature import Signatures
from runner.http_server import Receive, Scope, Send, body_of, respond

PATH = re.compile(r"/(?P<stage>[^/]+)/@connections/(?P<connection>[^/]+)")
MAX_MESSAGE = 128 * 1024
# The signature covers the body, so a message that is too large has to be read before it is refused.
MAX_BODY = 2 * MAX_MESSAGE
JSON = (b"content-type", b"application/json")


class ManagementApi:
    """An ASGI app: POST sends to a connection, GET describes it, DELETE closes it; 410 when it has closed.

    Requests must be signed, as AWS requires it: a message to a dashboard is not for every local user to send.
    """

    def __init__(self, stage: str, connections: Connections, signatures: Signatures) -> None:
        self._stage = stage
        self._connections = connections
        self._signatures = signatures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as boto3's client of apigatewaymanagementapi expects."""
        # A connection id may contain a slash, which arrives percent-encoded: match before decoding.
        match = PATH.fullmatch(scope["raw_path"].decode())
        try:
            body = await body_of(receive, MAX_BODY)
        except ConnectionResetError:
            return
        if not match or match["stage"] != self._stage or body is None or not self._signatures.valid(scope, body):
            await _fail(send, 403, "ForbiddenException")
            return
        connection = self._connections.get(unquote(match["connection"]))
        if len(body) > MAX_MESSAGE:
            await _fail(send, 413, "PayloadTooLargeException")
        elif connection is None or connection.closing.is_set():
            await _fail(send, 410, "GoneException")
        elif scope["method"] == "POST":
            try:
                await connection.push(body)
            except OSError:
                self._connections.remove(connection)
                await _fail(send, 410, "GoneException")
                return
            await respond(send, 200, b"", [JSON])
        elif scope["method"] == "DELETE":
            await connection.close(1000, "Connection closed normally")
            await respond(send, 204, b"")
        elif scope["method"] == "GET":
            await respond(send, 200, json.dumps(_described(connection)).encode(), [JSON])
        else:
            await _fail(send, 403, "ForbiddenException")


def _described(connection: Connection) -> dict[str, object]:
    idle = time.monotonic() - connection.last_active
    return {
        "connectedAt": _rfc3339(connection.connected_at / 1000),
        "identity": {"sourceIp": connection.source_ip, "userAgent": connection.user_agent},
        "lastActiveAt": _rfc3339(time.time() - idle),
    }


def _rfc3339(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds % 1 * 1000):03d}Z"


async def _fail(send: Send, status: int, error: str) -> None:
    await respond(send, status, b"{}", [JSON, (b"x-amzn-errortype", error.encode())])
