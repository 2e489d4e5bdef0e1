"""Lambda: take what a dashboard says. Source: WebSocket API, route $default, with a route response."""

from classpulse import bootstrap
from classpulse.entrypoints.websocket import Response, WebSocketEvent, connection_id_of, response, text_of
from classpulse.services.connections import receive

lobby = bootstrap.lobby()


def handler(event: WebSocketEvent, context: object) -> Response:
    """Return the answer that goes back at once, if there is one."""
    return response(body=receive(lobby, bootstrap.now, connection_id_of(event), text_of(event)))
