"""A dashboard's socket: opened, heard from, closed."""

from dataclasses import dataclass

from pydantic import ValidationError

from classpulse.domain.identity import Grant
from classpulse.domain.messages import CLIENT_MESSAGE, ErrorMessage, Pong, Subscribe, to_text
from classpulse.domain.updates import Joined
from classpulse.ports import Clock, Connections, OutboundMessage, Queue, TicketCheck

OK = 200
UNAUTHORIZED = 401
FORBIDDEN = 403
NOT_UNDERSTOOD = 'send {"action": "subscribe"} or {"action": "ping"}, see docs/wire-contract.md'
NOT_KNOWN = "this connection is not known any more: connect again with a new ticket"
NO_SUCH_CLASS = "there is no such class, or it is not open to you"


@dataclass(frozen=True)
class Lobby:
    """Where connections are kept, and the queue that brings them what they asked for."""

    connections: Connections
    updates: Queue
    default_class_id: str

    def join(self, connection_id: str, class_id: str, grant: Grant, since: int | None) -> None:
        """Register first, ask for the snapshot second: so no change can fall between the two."""
        self.connections.add(connection_id, class_id, grant.team_name)
        joined = Joined(class_id=class_id, connection_id=connection_id, since=since, team_name=grant.team_name)
        self.updates.send([OutboundMessage(joined.to_json())])


def connect(lobby: Lobby, tickets: TicketCheck, connection_id: str, ticket: str | None) -> int:
    """Return the status that accepts (200) or refuses (401, 403) the handshake. Raises TransientError."""
    if not ticket:
        return UNAUTHORIZED
    entrance = tickets.look(ticket)
    if entrance is None:
        return FORBIDDEN
    # Known first, redeemed second: who is revoked in between is refused, or found among the open connections.
    lobby.connections.open(connection_id, entrance)
    if not tickets.redeem(ticket):
        lobby.connections.remove(connection_id)
        return FORBIDDEN
    if grant := entrance.grant(lobby.default_class_id):
        lobby.join(connection_id, lobby.default_class_id, grant, since=None)
    return OK


def receive(lobby: Lobby, clock: Clock, connection_id: str, text: str) -> str | None:
    """Take a client's message; return the answer that goes back at once, if there is one."""
    try:
        message = CLIENT_MESSAGE.validate_json(text)
    except ValidationError:
        return to_text(ErrorMessage(error=NOT_UNDERSTOOD))
    if isinstance(message, Subscribe):
        return _subscribe(lobby, connection_id, message)
    lobby.connections.seen(connection_id)
    return to_text(Pong(server_time=clock()))


def _subscribe(lobby: Lobby, connection_id: str, message: Subscribe) -> str | None:
    entrance = lobby.connections.entrance(connection_id)
    if entrance is None:
        return to_text(ErrorMessage(error=NOT_KNOWN))
    class_id = message.class_id or lobby.default_class_id
    grant = entrance.grant(class_id)
    if grant is None:
        return to_text(ErrorMessage(error=NO_SUCH_CLASS))
    lobby.join(connection_id, class_id, grant, message.since)
    return None
