"""Lambda: forget a dashboard. Source: WebSocket API, route $disconnect."""

from classpulse import bootstrap
from classpulse.core.websocket import Response, WebSocketEvent, connection_id_of, response

connections = bootstrap.connections()


def handler(event: WebSocketEvent, context: object) -> Response:
    """Return 200; the connection is closed already."""
    connections.remove(connection_id_of(event))
    return response()
