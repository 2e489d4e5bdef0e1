"""The Tickets port on Redis: a key a ticket, gone when it is used or a minute old."""

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
    """What is kept is a digest: who reads Redis cannot open a socket."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def issue(self, identity: SocketIdentity) -> str:
        """See Tickets.issue."""
        ticket = secrets.token_urlsafe(32)
        kept = json.dumps({"issued": time.time(), "identity": socket_identity_to_json(identity)})
        with translated_errors():
            self._redis.set(_key(ticket), kept, ex=TICKET_SECONDS)
        return ticket

    def look(self, ticket: str) -> SocketIdentity | None:
        """See Tickets.look."""
        with translated_errors():
            return self._worth(self._redis.get(_key(ticket)))

    def redeem(self, ticket: str) -> bool:
        """See Tickets.redeem."""
        with translated_errors():
            return self._worth(self._redis.getdel(_key(ticket))) is not None

    def _worth(self, kept: Any) -> SocketIdentity | None:
        if not kept:
            return None
        found = json.loads(kept)
        identity = socket_identity_from_json(found["identity"])
        revoked = self._redis.get(_revoked(identity.account_id)) if identity.account_id is not None else None
        return None if revoked and float(revoked) >= found["issued"] else identity

    def revoke(self, account_id: int) -> None:
        """See Tickets.revoke."""
        with translated_errors():
            self._redis.set(_revoked(account_id), time.time(), ex=TICKET_SECONDS)


def _key(ticket: str) -> str:
    return f"ticket:{digest(ticket)}"


def _revoked(account_id: int) -> str:
    return f"tickets:revoked:{account_id}"
