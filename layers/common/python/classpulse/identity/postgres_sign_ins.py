"""The SignIns port on PostgreSQL."""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, insert, select, update

from classpulse.core.access_tables import accounts, refresh_tokens
from classpulse.core.digests import digest
from classpulse.core.postgres import translated_errors
from classpulse.identity.model import SignIn
from classpulse.identity.ports import REFRESH_LIFE, SIGN_IN_LIFE, Refreshed

# Two tabs that wake up together send the same token; a later reuse means that it was copied.
REUSE_GRACE = timedelta(seconds=10)
# How often a sign-in can be refreshed within REUSE_GRACE before an older token gets no answer any more.
MOST_STEPS = 20


class PostgresSignIns:
    """The table refresh_tokens; a lock serialises the changes of one sign-in.

    successors: returns the token that follows a token, and those that older keys would have made of it.
    """

    def __init__(self, engine: Engine, successors: Callable[[str], Sequence[str]]) -> None:
        self._engine = engine
        self._successors = successors

    def begin(
        self, account_id: int | None, token: str, ends_at: datetime, now: datetime, operator_key: str
    ) -> Refreshed:
        """See SignIns.begin."""
        new = {
            "account_id": account_id,
            "family": uuid.uuid4(),
            "digest": digest(token),
            "expires_at": min(now + REFRESH_LIFE, ends_at),
            "ends_at": ends_at,
            "operator_key": operator_key if account_id is None else None,
        }
        with translated_errors(), self._engine.begin() as connection:
            return _refreshed(token, connection.execute(insert(refresh_tokens).returning(refresh_tokens), new).one())

    def refresh(self, token: str, now: datetime, operator_key: str) -> Refreshed | None:
        """See SignIns.refresh."""
        with translated_errors(), self._engine.begin() as connection:
            family = _lock_family(connection, token)
            stored = _read(connection, [digest(token)])
            if stored is None or not _is_valid(stored, now, operator_key):
                return None
            if stored.used_at is None:
                return self._use(connection, token, stored, now)
            if now - stored.used_at > REUSE_GRACE:
                _revoke_family(connection, family, now)
                return None
            return self._latest(connection, token)

    def _use(self, connection: Connection, token: str, stored: Row[Any], now: datetime) -> Refreshed:
        connection.execute(update(refresh_tokens).where(refresh_tokens.c.id == stored.id).values(used_at=now))
        successor = self._successors(token)[0]
        new = {
            "account_id": stored.account_id,
            "family": stored.family,
            "digest": digest(successor),
            "expires_at": min(now + REFRESH_LIFE, _end(stored)),
            "ends_at": _end(stored),
            "operator_key": stored.operator_key,
        }
        return _refreshed(successor, connection.execute(insert(refresh_tokens).returning(refresh_tokens), new).one())

    def _latest(self, connection: Connection, token: str) -> Refreshed | None:
        """Return the unused end of the chain that begins with a used token."""
        for _ in range(MOST_STEPS):
            by_digest = {digest(successor): successor for successor in self._successors(token)}
            stored = _read(connection, list(by_digest))
            if stored is None:
                return None
            token = by_digest[stored.digest]
            if stored.used_at is None:
                return _refreshed(token, stored)
        return None

    def holds(self, token: str, now: datetime, operator_key: str) -> bool:
        """See SignIns.holds."""
        with translated_errors(), self._engine.connect() as connection:
            stored = _read(connection, [digest(token)])
        if stored is None or not _is_valid(stored, now, operator_key):
            return False
        return stored.used_at is None or now - stored.used_at <= REUSE_GRACE

    def is_open(self, sign_in_id: str, now: datetime, operator_key: str) -> bool:
        """See SignIns.is_open."""
        wanted = select(refresh_tokens).where(
            refresh_tokens.c.family == uuid.UUID(sign_in_id), refresh_tokens.c.revoked_at.is_(None)
        )
        with translated_errors(), self._engine.connect() as connection:
            stored = connection.execute(wanted.limit(1)).one_or_none()
        if stored is None or _end(stored) <= now:
            return False
        return stored.account_id is not None or stored.operator_key == operator_key

    def revoke(self, token: str, now: datetime) -> tuple[int | None, str] | None:
        """See SignIns.revoke."""
        with translated_errors(), self._engine.begin() as connection:
            family = _lock_family(connection, token)
            stored = _read(connection, [digest(token)])
            if stored is None:
                return None
            _revoke_family(connection, family, now)
        return stored.account_id, str(stored.family)

    def revoke_all(self, account_id: int | None, now: datetime, kept: str | None = None) -> None:
        """See SignIns.revoke_all."""
        # With None, SQLAlchemy compares by IS NULL: the operator's.
        others = update(refresh_tokens).where(
            refresh_tokens.c.account_id == account_id, refresh_tokens.c.revoked_at.is_(None)
        )
        if kept is not None:
            others = others.where(refresh_tokens.c.family != uuid.UUID(kept))
        with translated_errors(), self._engine.begin() as connection:
            for family in connection.scalars(_families_of(account_id)).all():
                _lock(connection, family)
            connection.execute(others.values(revoked_at=now))
            if account_id is not None:
                connection.execute(update(accounts).where(accounts.c.id == account_id).values(sign_ins_from=now))


def _families_of(account_id: int | None) -> Any:
    open_ones = (refresh_tokens.c.account_id == account_id) & refresh_tokens.c.revoked_at.is_(None)
    # In one order, so that two transactions do not wait for each other.
    return select(refresh_tokens.c.family).where(open_ones).distinct().order_by(refresh_tokens.c.family)


def _lock_family(connection: Connection, token: str) -> uuid.UUID | None:
    """Return a token's family, locked until the transaction ends; None for an unknown token."""
    wanted = select(refresh_tokens.c.family).where(refresh_tokens.c.digest == digest(token))
    family = connection.execute(wanted).scalar_one_or_none()
    if family is not None:
        _lock(connection, family)
    return family


def _lock(connection: Connection, family: uuid.UUID) -> None:
    connection.execute(select(func.pg_advisory_xact_lock(family.int >> 65)))


def _read(connection: Connection, digests: Sequence[str]) -> Row[Any] | None:
    return connection.execute(select(refresh_tokens).where(refresh_tokens.c.digest.in_(digests))).one_or_none()


def _revoke_family(connection: Connection, family: uuid.UUID | None, now: datetime) -> None:
    of_family = (refresh_tokens.c.family == family) & refresh_tokens.c.revoked_at.is_(None)
    connection.execute(update(refresh_tokens).where(of_family).values(revoked_at=now))


def _is_valid(stored: Row[Any], now: datetime, operator_key: str) -> bool:
    if stored.revoked_at is not None or min(stored.expires_at, _end(stored)) <= now:
        return False
    return stored.account_id is not None or stored.operator_key == operator_key


def _end(stored: Row[Any]) -> datetime:
    """Return when the sign-in ends; the release before stores no end with its tokens."""
    end: datetime = stored.ends_at or stored.created_at + SIGN_IN_LIFE
    return end


def _refreshed(token: str, stored: Row[Any]) -> Refreshed:
    return Refreshed(stored.account_id, SignIn(str(stored.family), _end(stored)), token, stored.expires_at)
