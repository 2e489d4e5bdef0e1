"""Directory, Tickets and Grants in memory, for tests and for reading."""

import secrets
from collections.abc import Mapping, Sequence

from classpulse.domain.identity import Entrance, Grant
from classpulse.domain.privacy import ClassPolicy
from classpulse.errors import StoreUnavailable
from classpulse.ports import Admission, IngestKey


class MemoryDirectory:
    """The Directory port."""

    def __init__(self) -> None:
        self._published = False
        self._policies: dict[str, ClassPolicy] = {}
        self._keys: dict[str, IngestKey] = {}

    def look_up(self, key_digest: str | None, class_ids: Sequence[str]) -> Admission:
        """See Directory.look_up."""
        if not self._published:
            raise StoreUnavailable("no policies and keys were published yet")
        key = self._keys.get(key_digest) if key_digest else None
        wanted = {*class_ids, key.class_id} if key else set(class_ids)
        return Admission(key, {class_id: self._policies[class_id] for class_id in wanted if class_id in self._policies})

    def publish(self, policies: Sequence[ClassPolicy], keys: Mapping[str, IngestKey]) -> None:
        """See Directory.publish."""
        self._published = True
        self._policies = {policy.class_id: policy for policy in policies}
        self._keys = dict(keys)

    def publish_class(self, policy: ClassPolicy, keys: Mapping[str, IngestKey]) -> None:
        """See Directory.publish_class."""
        self._policies[policy.class_id] = policy
        others = {digest: key for digest, key in self._keys.items() if key.class_id != policy.class_id}
        self._keys = others | dict(keys)


class MemoryTickets:
    """The Tickets port; a ticket is good until it is used."""

    def __init__(self) -> None:
        self._entrances: dict[str, Entrance] = {}

    def issue(self, entrance: Entrance) -> str:
        """See Tickets.issue."""
        ticket = secrets.token_urlsafe(32)
        self._entrances[ticket] = entrance
        return ticket

    def look(self, ticket: str) -> Entrance | None:
        """See Tickets.look."""
        return self._entrances.get(ticket)

    def redeem(self, ticket: str) -> bool:
        """See Tickets.redeem."""
        return self._entrances.pop(ticket, None) is not None

    def revoke(self, account_id: int) -> None:
        """See Tickets.revoke."""
        kept = {ticket: found for ticket, found in self._entrances.items() if found.account_id != account_id}
        self._entrances = kept


class MemoryGrants:
    """The Grants port: what `accounts` says."""

    def __init__(self) -> None:
        self.accounts: dict[int, Mapping[str, Grant]] = {}

    def grants_of(self, account_id: int) -> Mapping[str, Grant] | None:
        """See Grants.grants_of."""
        return self.accounts.get(account_id)
