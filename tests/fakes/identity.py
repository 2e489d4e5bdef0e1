"""Tickets and grants in memory."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

from classpulse.identity.model import AccountGrants, Grant, SocketIdentity


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
        found = self._identities.get(ticket)
        return None if found and found.sign_in and found.sign_in.ends_at <= datetime.now(UTC) else found

    def redeem(self, ticket: str) -> bool:
        """See Tickets.redeem."""
        found = self.look(ticket)
        self._identities.pop(ticket, None)
        return found is not None

    def revoke(self, account_id: int | None, sign_in_id: str | None = None) -> None:
        """See Tickets.revoke."""
        self._identities = {
            ticket: found
            for ticket, found in self._identities.items()
            if found.account_id != account_id or sign_in_id not in (None, found.sign_in_id)
        }


class MemoryGrants:
    """The Grants port: the grants in `accounts`; `ended` holds the ids of sign-ins that were revoked."""

    def __init__(self) -> None:
        self.accounts: dict[int, Mapping[str, Grant]] = {}
        self.creators: set[int] = set()
        self.operator_key: str | None = None
        self.ended: set[str] = set()

    def grants_of(self, account_id: int, sign_in_id: str) -> AccountGrants | None:
        """See Grants.grants_of."""
        grants = self.accounts.get(account_id)
        if grants is None or sign_in_id in self.ended:
            return None
        return AccountGrants(grants, account_id in self.creators)

    def is_operator(self, sign_in_id: str, operator_key: str) -> bool:
        """See Grants.is_operator."""
        return operator_key == self.operator_key and sign_in_id not in self.ended
