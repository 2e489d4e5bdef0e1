"""Open WebSocket connections, and the tickets that open them."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from classpulse.identity.model import SocketIdentity

# A push waits for API Gateway's answer, so several run at a time.
PUSHES_AT_ONCE = 8


class Connections(Protocol):
    """Which WebSocket connections there are, whose they are, and which class each looks at."""

    def open(self, connection_id: str, identity: SocketIdentity) -> None:
        """Keep who has opened a connection; it looks at no class yet. Raises StoreUnavailable."""

    def identity(self, connection_id: str) -> SocketIdentity | None:
        """Return who has opened a connection; None for one that is not known."""

    def add(self, connection_id: str, class_id: str, team_name: str | None = None) -> None:
        """Let a connection look at a class, or at one team of it, and no longer at another."""

    def seen(self, connection_id: str) -> None:
        """Note that the connection has just been heard from."""

    def remove(self, connection_id: str) -> None:
        """Forget a connection; one that is not known is no error."""

    def prune(self, connection_id: str) -> bool:
        """Forget a connection that is gone, unless its handshake may still be under way; return whether."""

    def of_class(self, class_id: str) -> Mapping[str, str | None]:
        """Return the ids of the connections that look at the class, each with its team; None: it sees all."""

    def of_account(self, account_id: int) -> list[str]:
        """Return the ids of the connections that an account has opened."""


class Sockets(Protocol):
    """The way to an open WebSocket connection."""

    def push(self, connection_id: str, texts: Sequence[str]) -> None:
        """Send the texts in order. Raises ConnectionGone, PushFailed."""

    def close(self, connection_id: str) -> None:
        """Close the connection; one that is gone is no error. Raises PushFailed."""


class TicketCheck(Protocol):
    """What the door of the WebSocket asks. Everything raises StoreUnavailable."""

    def look(self, ticket: str) -> SocketIdentity | None:
        """Return whose it is; None for one that opens nothing: unknown, used, revoked or too old."""

    def redeem(self, ticket: str) -> bool:
        """Make it worthless; return whether it was still worth something."""
