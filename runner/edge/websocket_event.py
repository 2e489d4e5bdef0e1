"""The events of a WebSocket API.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
"""

import json
import time
import uuid
from typing import Any
from urllib.parse import parse_qsl

from runner.edge.connections import Connection
from runner.http_server import Scope
from runner.template.model import WebSocketApi


def _context(api: WebSocketApi, connection: Connection, event_type: str, route: str, domain: str) -> dict[str, Any]:
    now = time.time()
    request_id = uuid.uuid4().hex[:16]
    return {
        "routeKey": route,
        "eventType": event_type,
        "extendedRequestId": request_id,
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "messageDirection": "IN",
        "stage": api.stage,
        "connectedAt": connection.connected_at,
        "requestTimeEpoch": int(now * 1000),
        "identity": {"sourceIp": connection.source_ip, "userAgent": connection.user_agent},
        "requestId": request_id,
        "domainName": domain,
        "connectionId": connection.connection_id,
        "apiId": api.logical_id,
    }


def connect_event(api: WebSocketApi, connection: Connection, scope: Scope, domain: str) -> bytes:
    """Return the event of the $connect route."""
    event: dict[str, Any] = {
        **_header_fields(connection.headers),
        "requestContext": _context(api, connection, "CONNECT", "$connect", domain),
        "isBase64Encoded": False,
    }
    pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    if pairs:
        event["queryStringParameters"] = dict(pairs)
        event["multiValueQueryStringParameters"] = {
            name: [value for key, value in pairs if key == name] for name, _ in pairs
        }
    return json.dumps(event).encode()


def message_event(api: WebSocketApi, connection: Connection, route: str, domain: str, body: str) -> bytes:
    """Return the event of a message's route."""
    context = _context(api, connection, "MESSAGE", route, domain)
    context["messageId"] = new_message_id()
    return json.dumps({"requestContext": context, "body": body, "isBase64Encoded": False}, ensure_ascii=False).encode()


def disconnect_event(api: WebSocketApi, connection: Connection, domain: str, code: int, reason: str) -> bytes:
    """Return the event of the $disconnect route."""
    context = _context(api, connection, "DISCONNECT", "$disconnect", domain)
    context["disconnectStatusCode"] = code
    context["disconnectReason"] = reason
    headers = {"Host": domain, "X-Forwarded-For": connection.source_ip, "x-api-key": "", "x-restapi": ""}
    return json.dumps({**_header_fields(headers), "requestContext": context, "isBase64Encoded": False}).encode()


def new_message_id() -> str:
    """Return an id for a message."""
    return uuid.uuid4().hex[:16]


def route_key(api: WebSocketApi, body: str) -> str | None:
    """Return the route that the selection expression chooses for a message, or None when no route matches.

    API Gateway evaluates $request.body.<path>; a body without that path, or that is not JSON, goes to $default.
    """
    value: Any = None
    path = api.selection.removeprefix("${").removeprefix("$").removesuffix("}").removeprefix("request.body.")
    try:
        value = json.loads(body)
        for part in path.split("."):
            value = value[part]
    except (ValueError, TypeError, KeyError, RecursionError):
        value = None
    if isinstance(value, str) and value in api.routes and not value.startswith("$"):
        return value
    return "$default" if "$default" in api.routes else None


def title_case(name: str) -> str:
    """Return a header's name as clients write it: API Gateway keeps the case, ASGI lowers it."""
    return "-".join("WebSocket" if part == "websocket" else part.title() for part in name.split("-"))


def _header_fields(headers: dict[str, str]) -> dict[str, Any]:
    return {"headers": headers, "multiValueHeaders": {name: [value] for name, value in headers.items()}}
