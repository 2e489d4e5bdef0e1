"""Lambda: handle a dashboard's message. Source: WebSocket API, route $default, with a route response."""

from classpulse import bootstrap
from classpulse.core.websocket import Response, WebSocketEvent, connection_id_of, response, text_of
from classpulse.live.subscriptions import receive

subscriptions = bootstrap.subscriptions()


def handler(event: WebSocketEvent, context: object) -> Response:
    """Return the response to send to the dashboard, if any."""
    return response(body=receive(subscriptions, bootstrap.now, connection_id_of(event), text_of(event)))
