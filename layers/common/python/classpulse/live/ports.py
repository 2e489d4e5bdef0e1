"""The ports of WebSocket connections, and of the tickets that open them."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from classpulse.identity.model import SocketIdentity

# A push waits for API Gateway's answer, so several run at a time.
PUSHES_AT_ONCE = 8


class Connections(Protocol):
    """The open WebSocket connections: the principal of each, and the class to which it subscribes.

    A connection is forgotten when the sign-in that opened it reaches its end.
    """

    def open(self, connection_id: str, identity: SocketIdentity) -> None:
        """Store a connection and its principal; it subscribes to no class yet. Raises StoreUnavailable."""

    def identity(self, connection_id: str) -> SocketIdentity | None:
        """Return the principal of a connection; None if the connection is unknown."""

    def add(self, connection_id: str, class_id: str, team_name: str | None = None) -> None:
        """Subscribe a connection to a class, or to one team of it, in place of its previous class."""

    def seen(self, connection_id: str) -> None:
        """Renew the expiry of a connection that has just sent a message."""

    def remove(self, connection_id: str) -> None:
        """Delete a connection; an unknown one is no error."""

    def prune(self, connection_id: str) -> bool:
        """Delete a connection that is gone, unless its handshake may be under way; return whether it was deleted."""

    def of_class(self, class_id: str) -> Mapping[str, str | None]:
        """Return the ids of the connections that subscribe to the class, each with its team; None: all teams."""

    def of_account(self, account_id: int | None) -> list[str]:
        """Return the ids of an account's connections; None: the operator's."""


class Sockets(Protocol):
    """Sends to open WebSocket connections, and closes them."""

    def push(self, connection_id: str, texts: Sequence[str]) -> None:
        """Send the texts in order. Raises ConnectionGone, PushFailed."""

    def close(self, connection_id: str) -> None:
        """Close the connection; one that is gone is no error. Raises PushFailed."""


class TicketCheck(Protocol):
    """The check of a ticket when a WebSocket opens. Every method raises StoreUnavailable."""

    def look(self, ticket: str) -> SocketIdentity | None:
        """Return the principal of a ticket; None if it is unknown, used, revoked or expired."""

    def redeem(self, ticket: str) -> bool:
        """Use a ticket up; return whether it was still valid."""
