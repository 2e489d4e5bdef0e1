"""The Tickets and TicketCheck ports on Redis: a key for each ticket, deleted when it is used or a minute old."""

import json
import secrets
import time
from typing import Any

from redis import Redis

from classpulse.core.digests import digest
from classpulse.core.redis import translated_errors
from classpulse.identity.model import SocketIdentity, socket_identity_from_json, socket_identity_to_json
from classpulse.identity.ports import TICKET_SECONDS


class RedisTickets:
    """Keys are digests of the tickets, so reading Redis does not reveal one that opens a socket."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def issue(self, identity: SocketIdentity) -> str:
        """See Tickets.issue."""
        ticket = secrets.token_urlsafe(32)
        text = json.dumps({"issued": time.time(), "identity": socket_identity_to_json(identity)})
        with translated_errors():
            self._redis.set(_key(ticket), text, ex=TICKET_SECONDS)
        return ticket

    def look(self, ticket: str) -> SocketIdentity | None:
        """See Tickets.look."""
        with translated_errors():
            return self._valid_identity(self._redis.get(_key(ticket)))

    def redeem(self, ticket: str) -> bool:
        """See Tickets.redeem."""
        with translated_errors():
            return self._valid_identity(self._redis.getdel(_key(ticket))) is not None

    def _valid_identity(self, text: Any) -> SocketIdentity | None:
        if not text:
            return None
        entry = json.loads(text)
        identity = socket_identity_from_json(entry["identity"])
        if identity.sign_in and identity.sign_in.ends_at.timestamp() <= time.time():
            return None
        account_id = identity.account_id
        revoked = self._redis.mget(_revoked(account_id, None), _revoked(account_id, identity.sign_in_id))
        return None if any(at and float(at) >= entry["issued"] for at in revoked) else identity

    def revoke(self, account_id: int | None, sign_in_id: str | None = None) -> None:
        """See Tickets.revoke."""
        with translated_errors():
            self._redis.set(_revoked(account_id, sign_in_id), time.time(), ex=TICKET_SECONDS)


def _key(ticket: str) -> str:
    return f"ticket:{digest(ticket)}"


def _revoked(account_id: int | None, sign_in_id: str | None) -> str:
    account = "operator" if account_id is None else account_id
    return f"tickets:revoked:{account}" + (f":{sign_in_id}" if sign_in_id else "")
