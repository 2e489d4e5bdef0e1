"""A dashboard's socket: opened, heard from, closed."""

import hmac
from dataclasses import dataclass

from pydantic import ValidationError

from classpulse.domain.messages import CLIENT_MESSAGE, ErrorMessage, Pong, Subscribe, to_text
from classpulse.domain.updates import Joined
from classpulse.ports import Clock, Connections, OutboundMessage, Queue

OK = 200
UNAUTHORIZED = 401
FORBIDDEN = 403
NOT_UNDERSTOOD = 'send {"action": "subscribe"} or {"action": "ping"}, see docs/wire-contract.md'


@dataclass(frozen=True)
class Lobby:
    """Where connections are kept, and the queue that brings them what they asked for."""

    connections: Connections
    updates: Queue
    default_class_id: str

    def join(self, connection_id: str, class_id: str | None, since: int | None) -> None:
        """Register first, ask for the snapshot second: so no change can fall between the two."""
        chosen = class_id or self.default_class_id
        self.connections.add(connection_id, chosen)
        joined = Joined(class_id=chosen, connection_id=connection_id, since=since)
        self.updates.send([OutboundMessage(joined.to_json())])


def connect(lobby: Lobby, connection_id: str, token: str | None, expected_token: str) -> int:
    """Return the status that accepts (200) or refuses (401, 403) the handshake. Raises TransientError."""
    if not token:
        return UNAUTHORIZED
    if not hmac.compare_digest(token.encode(), expected_token.encode()):
        return FORBIDDEN
    lobby.join(connection_id, class_id=None, since=None)
    return OK


def receive(lobby: Lobby, clock: Clock, connection_id: str, text: str) -> str | None:
    """Take a client's message; return the answer that goes back at once, if there is one."""
    try:
        message = CLIENT_MESSAGE.validate_json(text)
    except ValidationError:
        return to_text(ErrorMessage(error=NOT_UNDERSTOOD))
    if isinstance(message, Subscribe):
        lobby.join(connection_id, message.class_id, message.since)
        return None
    lobby.connections.seen(connection_id)
    return to_text(Pong(server_time=clock()))
