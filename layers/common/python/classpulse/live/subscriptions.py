"""The use cases of a dashboard's socket: connect, and receive a message."""

from dataclasses import dataclass

from pydantic import ValidationError

from classpulse.core.ports import Clock
from classpulse.core.problems import ErrorCode, Problem
from classpulse.identity.model import Grant
from classpulse.live.messages import CLIENT_MESSAGE, Pong, Subscribe, error_text, to_text
from classpulse.live.ports import Connections, TicketCheck
from classpulse.progress.updates import Joined
from classpulse.queues.ports import OutboundMessage, Queue

OK = 200
UNAUTHORIZED = 401
FORBIDDEN = 403
MESSAGE_INVALID = Problem(
    ErrorCode.MESSAGE_INVALID, 'send {"action": "subscribe"} or {"action": "ping"}, see docs/reference/wire-contract.md'
)
CONNECTION_UNKNOWN = Problem(
    ErrorCode.CONNECTION_UNKNOWN, "this connection is no longer known: connect again with a new ticket"
)
CLASS_UNAVAILABLE = Problem(
    ErrorCode.CLASS_UNAVAILABLE, "the class does not exist, or you have no access to it: subscribe to another"
)


@dataclass(frozen=True)
class Subscriptions:
    """The store of connections, and the queue through which they request a snapshot."""

    connections: Connections
    updates: Queue
    default_class_id: str

    def join(self, connection_id: str, class_id: str, grant: Grant, since: int | None) -> None:
        """Subscribe first and request the snapshot second, so that no change is lost between the two."""
        self.connections.add(connection_id, class_id, grant.team_name)
        joined = Joined(class_id=class_id, connection_id=connection_id, since=since, team_name=grant.team_name)
        self.updates.send([OutboundMessage(joined.to_json())])


def connect(subscriptions: Subscriptions, tickets: TicketCheck, connection_id: str, ticket: str | None) -> int:
    """Return the status that accepts (200) or refuses (401, 403) the handshake. Raises TransientError."""
    if not ticket:
        return UNAUTHORIZED
    identity = tickets.look(ticket)
    if identity is None:
        return FORBIDDEN
    # Store the connection before redeeming: a revocation in between then refuses the ticket or closes the connection.
    subscriptions.connections.open(connection_id, identity)
    if not tickets.redeem(ticket):
        subscriptions.connections.remove(connection_id)
        return FORBIDDEN
    if grant := identity.grant(subscriptions.default_class_id):
        subscriptions.join(connection_id, subscriptions.default_class_id, grant, since=None)
    return OK


def receive(subscriptions: Subscriptions, clock: Clock, connection_id: str, text: str) -> str | None:
    """Handle a client's message; return the immediate answer, if there is one."""
    try:
        message = CLIENT_MESSAGE.validate_json(text)
    except ValidationError:
        return error_text(MESSAGE_INVALID)
    if isinstance(message, Subscribe):
        return _subscribe(subscriptions, connection_id, message)
    subscriptions.connections.seen(connection_id)
    return to_text(Pong(server_time=clock()))


def _subscribe(subscriptions: Subscriptions, connection_id: str, message: Subscribe) -> str | None:
    identity = subscriptions.connections.identity(connection_id)
    if identity is None:
        return error_text(CONNECTION_UNKNOWN)
    class_id = message.class_id or subscriptions.default_class_id
    grant = identity.grant(class_id)
    if grant is None:
        return error_text(CLASS_UNAVAILABLE)
    subscriptions.join(connection_id, class_id, grant, message.since)
    return None
