"""Tickets and grants in memory."""

import secrets
from collections.abc import Mapping

from classpulse.identity.model import Grant, SocketIdentity


class MemoryTickets:
    """The Tickets port; a ticket is valid until it is used."""

    def __init__(self) -> None:
        self._identities: dict[str, SocketIdentity] = {}

    def issue(self, identity: SocketIdentity) -> str:
        """See Tickets.issue."""
        ticket = secrets.token_urlsafe(32)
        self._identities[ticket] = identity
        return ticket

    def look(self, ticket: str) -> SocketIdentity | None:
        """See Tickets.look."""
        return self._identities.get(ticket)

    def redeem(self, ticket: str) -> bool:
        """See Tickets.redeem."""
        return self._identities.pop(ticket, None) is not None

    def revoke(self, account_id: int) -> None:
        """See Tickets.revoke."""
        kept = {ticket: found for ticket, found in self._identities.items() if found.account_id != account_id}
        self._identities = kept


class MemoryGrants:
    """The Grants port: the grants in `accounts`."""

    def __init__(self) -> None:
        self.accounts: dict[int, Mapping[str, Grant]] = {}

    def grants_of(self, account_id: int) -> Mapping[str, Grant] | None:
        """See Grants.grants_of."""
        return self.accounts.get(account_id)
