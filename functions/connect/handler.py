"""Lambda: authorize a dashboard's WebSocket connection. Source: WebSocket API, route $connect."""

from classpulse import bootstrap
from classpulse.core.loopback import is_forwarded
from classpulse.core.websocket import Response, WebSocketEvent, connection_id_of, response, token_of
from classpulse.live.subscriptions import connect

subscriptions, tickets, without_standing = bootstrap.subscriptions(), bootstrap.ticket_check(), bootstrap.tickets()


def handler(event: WebSocketEvent, context: object) -> Response:
    """Return 200 to accept the handshake, 401 or 403 to refuse it."""
    # The standing ticket is for scripts on this machine, and behind a proxy every client seems to be one.
    check = without_standing if is_forwarded(event.get("headers") or {}) else tickets
    return response(connect(subscriptions, check, connection_id_of(event), token_of(event)))
