"""Connections and sockets in memory."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from classpulse.core.errors import ConnectionGone
from classpulse.identity.model import SocketIdentity


class MemoryConnections:
    """The Connections port."""

    def __init__(self) -> None:
        self.classes: dict[str, tuple[str, str | None]] = {}
        self.identities: dict[str, SocketIdentity] = {}
        self.opening: set[str] = set()

    def ping(self) -> None:
        """See Pingable.ping."""

    def open(self, connection_id: str, identity: SocketIdentity) -> None:
        """See Connections.open."""
        self.identities[connection_id] = identity

    def identity(self, connection_id: str) -> SocketIdentity | None:
        """See Connections.identity."""
        self._forget_ended()
        return self.identities.get(connection_id)

    def add(self, connection_id: str, class_id: str, team_name: str | None = None) -> None:
        """See Connections.add."""
        self.classes[connection_id] = class_id, team_name

    def seen(self, connection_id: str) -> None:
        """See Connections.seen."""

    def remove(self, connection_id: str) -> None:
        """See Connections.remove."""
        self.classes.pop(connection_id, None)
        self.identities.pop(connection_id, None)

    def prune(self, connection_id: str) -> bool:
        """See Connections.prune; `opening` holds those whose handshake is under way."""
        if connection_id in self.opening:
            return False
        self.remove(connection_id)
        return True

    def of_class(self, class_id: str) -> Mapping[str, str | None]:
        """See Connections.of_class."""
        self._forget_ended()
        return {
            connection_id: team_name
            for connection_id, (chosen, team_name) in self.classes.items()
            if chosen == class_id
        }

    def of_account(self, account_id: int | None) -> list[str]:
        """See Connections.of_account."""
        self._forget_ended()
        return [connection_id for connection_id, found in self.identities.items() if found.account_id == account_id]

    def _forget_ended(self) -> None:
        now = datetime.now(UTC)
        for connection_id, found in list(self.identities.items()):
            if found.sign_in and found.sign_in.ends_at <= now:
                self.remove(connection_id)


class MemorySockets:
    """The Sockets port: `received` holds the messages of each open connection."""

    def __init__(self) -> None:
        self.received: dict[str, list[str]] = {}

    def open(self, connection_id: str) -> None:
        """Open a connection."""
        self.received[connection_id] = []

    def push(self, connection_id: str, texts: Sequence[str]) -> None:
        """See Sockets.push."""
        if connection_id not in self.received:
            raise ConnectionGone("the connection is closed")
        self.received[connection_id] += texts

    def close(self, connection_id: str) -> None:
        """See Sockets.close."""
        self.received.pop(connection_id, None)
