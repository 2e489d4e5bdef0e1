"""Lambda: remove a dashboard's closed connection. Source: WebSocket API, route $disconnect."""

from classpulse import bootstrap
from classpulse.core.websocket import Response, WebSocketEvent, connection_id_of, response

connections = bootstrap.connections()


def handler(event: WebSocketEvent, context: object) -> Response:
    """Return 200; API Gateway has already closed the connection."""
    connections.remove(connection_id_of(event))
    return response()
