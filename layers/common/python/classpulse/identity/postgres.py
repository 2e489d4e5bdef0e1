"""The Accounts and RefreshTokens ports on PostgreSQL."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from classpulse.core.access_tables import accounts, refresh_tokens
from classpulse.core.postgres import translated_errors
from classpulse.identity.ports import Account

# Two tabs that wake up together send the same token; a later reuse means that it was copied.
REUSE_GRACE = timedelta(seconds=10)


class PostgresAccounts:
    """The Accounts port, on the table accounts."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> list[Account]:
        """See Accounts.all."""
        return self._read()

    def by_email(self, email: str) -> Account | None:
        """See Accounts.by_email."""
        return next(iter(self._read(accounts.c.email == email.lower())), None)

    def by_id(self, account_id: int) -> Account | None:
        """See Accounts.by_id."""
        return next(iter(self._read(accounts.c.id == account_id)), None)

    def by_subject(self, issuer: str, subject: str) -> Account | None:
        """See Accounts.by_subject."""
        return next(iter(self._read(accounts.c.oidc_issuer == issuer, accounts.c.oidc_subject == subject)), None)

    def bind(self, account_id: int, issuer: str, subject: str) -> bool:
        """See Accounts.bind."""
        free = (accounts.c.id == account_id) & accounts.c.oidc_subject.is_(None)
        bound = update(accounts).where(free).values(oidc_issuer=issuer, oidc_subject=subject)
        with translated_errors(), self._engine.begin() as connection:
            return connection.execute(bound).rowcount == 1

    def create(self, email: str, name: str, password_hash: str | None) -> Account | None:
        """See Accounts.create."""
        new = upsert(accounts).values(email=email.lower(), name=name, password_hash=password_hash)
        with translated_errors(), self._engine.begin() as connection:
            account_id = connection.execute(new.on_conflict_do_nothing().returning(accounts.c.id)).scalar_one_or_none()
        return None if account_id is None else Account(account_id, email.lower(), name, password_hash)

    def disable(self, account_id: int) -> None:
        """See Accounts.disable."""
        with translated_errors(), self._engine.begin() as connection:
            connection.execute(update(accounts).where(accounts.c.id == account_id).values(disabled_at=func.now()))
            of_account = refresh_tokens.c.account_id == account_id
            connection.execute(update(refresh_tokens).where(of_account).values(revoked_at=func.now()))

    def set_password(self, account_id: int, password_hash: str) -> None:
        """See Accounts.set_password."""
        with translated_errors(), self._engine.begin() as connection:
            changed = update(accounts).where(accounts.c.id == account_id).values(password_hash=password_hash)
            connection.execute(changed)

    def _read(self, *conditions: Any) -> list[Account]:
        wanted = select(accounts).where(*conditions).order_by(accounts.c.email)
        with translated_errors(), self._engine.connect() as connection:
            return [
                Account(row.id, row.email, row.name, row.password_hash, row.disabled_at is not None)
                for row in connection.execute(wanted)
            ]


class PostgresRefreshTokens:
    """The RefreshTokens port, on the table refresh_tokens; a lock serialises the changes of one family."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, account_id: int | None, digest: str, expires_at: datetime) -> None:
        """See RefreshTokens.begin."""
        new = {"account_id": account_id, "family": uuid.uuid4(), "digest": digest, "expires_at": expires_at}
        with translated_errors(), self._engine.begin() as connection:
            connection.execute(insert(refresh_tokens).values(new))

    def rotate(self, digest: str, successor: str, expires_at: datetime, now: datetime) -> tuple[int | None] | None:
        """See RefreshTokens.rotate."""
        with translated_errors(), self._engine.begin() as connection:
            family = _lock_family(connection, digest)
            wanted = select(refresh_tokens).where(refresh_tokens.c.digest == digest)
            stored = connection.execute(wanted).one_or_none()
            if stored is None or stored.revoked_at is not None or stored.expires_at <= now:
                return None
            if stored.used_at is not None and now - stored.used_at > REUSE_GRACE:
                _revoke_family(connection, family, now)
                return None
            used = update(refresh_tokens).where(refresh_tokens.c.id == stored.id)
            connection.execute(used.values(used_at=stored.used_at or now))
            new = {"account_id": stored.account_id, "family": family, "digest": successor, "expires_at": expires_at}
            connection.execute(insert(refresh_tokens).values(new))
        return (stored.account_id,)

    def revoke(self, digest: str, now: datetime) -> None:
        """See RefreshTokens.revoke."""
        with translated_errors(), self._engine.begin() as connection:
            _revoke_family(connection, _lock_family(connection, digest), now)

    def revoke_others(self, account_id: int, kept: str | None, now: datetime) -> None:
        """See RefreshTokens.revoke_others."""
        others = update(refresh_tokens).where(
            refresh_tokens.c.account_id == account_id, refresh_tokens.c.revoked_at.is_(None)
        )
        with translated_errors(), self._engine.begin() as connection:
            if kept is not None and (family := _lock_family(connection, kept)) is not None:
                others = others.where(refresh_tokens.c.family != family)
            connection.execute(others.values(revoked_at=now))


def _lock_family(connection: Connection, digest: str) -> uuid.UUID | None:
    """Return a token's family, locked until the transaction ends; None for an unknown token."""
    wanted = select(refresh_tokens.c.family).where(refresh_tokens.c.digest == digest)
    family = connection.execute(wanted).scalar_one_or_none()
    if family is not None:
        connection.execute(select(func.pg_advisory_xact_lock(family.int >> 65)))
    return family


def _revoke_family(connection: Connection, family: uuid.UUID | None, now: datetime) -> None:
    of_family = (refresh_tokens.c.family == family) & refresh_tokens.c.revoked_at.is_(None)
    connection.execute(update(refresh_tokens).where(of_family).values(revoked_at=now))
