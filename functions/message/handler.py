"""Lambda: take what a dashboard says. Source: WebSocket API, route $default, with a route response."""

from classpulse import bootstrap
from classpulse.core.websocket import Response, WebSocketEvent, connection_id_of, response, text_of
from classpulse.live.subscriptions import receive

subscriptions = bootstrap.subscriptions()


def handler(event: WebSocketEvent, context: object) -> Response:
    """Return the answer that goes back at once, if there is one."""
    return response(body=receive(subscriptions, bootstrap.now, connection_id_of(event), text_of(event)))
