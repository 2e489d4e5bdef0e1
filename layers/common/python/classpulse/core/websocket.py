"""WebSocket events of API Gateway, and the responses to them.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
"""

from typing import Any

WebSocketEvent = dict[str, Any]
Response = dict[str, Any]


def connection_id_of(event: WebSocketEvent) -> str:
    """Return the id of the event's connection."""
    return str(event["requestContext"]["connectionId"])


def token_of(event: WebSocketEvent) -> str | None:
    """Return `?token=…` of a $connect event."""
    parameters = event.get("queryStringParameters") or {}
    return parameters.get("token")


def text_of(event: WebSocketEvent) -> str:
    """Return the text that the client sent."""
    return str(event.get("body") or "")


def response(status: int = 200, body: str | None = None) -> Response:
    """Return a route's response; API Gateway sends a body to the client."""
    return {"statusCode": status} | ({"body": body} if body is not None else {})
