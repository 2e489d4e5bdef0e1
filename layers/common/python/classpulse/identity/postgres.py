"""The Accounts port on PostgreSQL."""

from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from classpulse.core.access_tables import accounts, invitations, memberships, refresh_tokens
from classpulse.core.postgres import translated_errors
from classpulse.identity.ports import Account


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

    def create(self, email: str, name: str, password_hash: str | None, *, may_create_classes: bool) -> Account | None:
        """See Accounts.create."""
        values = {"email": email.lower(), "name": name, "password_hash": password_hash}
        new = upsert(accounts).values(**values, may_create_classes=may_create_classes)
        with translated_errors(), self._engine.begin() as connection:
            # Locks out an invitation that would come between the two statements below.
            lock_address(connection, email)
            row = connection.execute(new.on_conflict_do_nothing().returning(accounts)).one_or_none()
            if row is None:
                return None
            columns = ["class_id", "role", "team_name"]
            invited = select(literal(row.id), *(invitations.c[name] for name in columns))
            invited = invited.where(invitations.c.email == row.email)
            connection.execute(insert(memberships).from_select(["account_id", *columns], invited))
            connection.execute(delete(invitations).where(invitations.c.email == row.email))
        return _account(row)

    def change(self, account_id: int, *, may_create_classes: bool) -> None:
        """See Accounts.change."""
        with translated_errors(), self._engine.begin() as connection:
            of_account = update(accounts).where(accounts.c.id == account_id)
            connection.execute(of_account.values(may_create_classes=may_create_classes))

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
            return [_account(row) for row in connection.execute(wanted)]


def lock_address(connection: Connection, email: str) -> None:
    """Lock out other transactions that create an account or an invitation of this address."""
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(email.lower(), 0))))


def _account(row: Row[Any]) -> Account:
    return Account(
        row.id,
        row.email,
        row.name,
        row.password_hash,
        disabled=row.disabled_at is not None,
        may_create_classes=row.may_create_classes,
        sign_ins_from=row.sign_ins_from,
    )
