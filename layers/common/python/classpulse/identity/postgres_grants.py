"""The Grants port on PostgreSQL."""

import uuid

from sqlalchemy import ColumnElement, Engine, exists, select

from classpulse.core.access_tables import accounts, memberships, refresh_tokens
from classpulse.core.postgres import translated_errors
from classpulse.core.tables import classes
from classpulse.identity.model import AccountGrants, Grant, Role


class PostgresGrants:
    """The Grants port. It is read at every request, so a revoked grant or sign-in stops working at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def grants_of(self, account_id: int, sign_in_id: str) -> AccountGrants | None:
        """See Grants.grants_of."""
        wanted = (
            select(classes.c.name, memberships.c.role, memberships.c.team_name, accounts.c.may_create_classes)
            .select_from(accounts)
            .outerjoin(memberships, memberships.c.account_id == accounts.c.id)
            .outerjoin(classes, classes.c.id == memberships.c.class_id)
            .where(
                accounts.c.id == account_id,
                accounts.c.disabled_at.is_(None),
                exists().where(refresh_tokens.c.account_id == account_id, *_open(sign_in_id)),
            )
        )
        with translated_errors(), self._engine.connect() as connection:
            rows = connection.execute(wanted).all()
        if not rows:
            return None
        grants = {row.name: Grant(Role(row.role), row.team_name) for row in rows if row.name is not None}
        return AccountGrants(grants, rows[0].may_create_classes)

    def is_operator(self, sign_in_id: str, operator_key: str) -> bool:
        """See Grants.is_operator."""
        operators = (refresh_tokens.c.account_id.is_(None), refresh_tokens.c.operator_key == operator_key)
        with translated_errors(), self._engine.connect() as connection:
            return bool(connection.scalar(select(exists().where(*operators, *_open(sign_in_id)))))


def _open(sign_in_id: str) -> tuple[ColumnElement[bool], ...]:
    return refresh_tokens.c.family == uuid.UUID(sign_in_id), refresh_tokens.c.revoked_at.is_(None)
