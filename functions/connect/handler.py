"""Lambda: authorize a dashboard's WebSocket connection. Source: WebSocket API, route $connect."""

from classpulse import bootstrap
from classpulse.core.websocket import Response, WebSocketEvent, connection_id_of, response, token_of
from classpulse.live.subscriptions import connect

subscriptions, tickets = bootstrap.subscriptions(), bootstrap.ticket_check()


def handler(event: WebSocketEvent, context: object) -> Response:
    """Return 200 to accept the handshake, 401 or 403 to refuse it."""
    return response(connect(subscriptions, tickets, connection_id_of(event), token_of(event)))
