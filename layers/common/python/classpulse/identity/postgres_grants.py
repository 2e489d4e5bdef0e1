"""The Grants port on PostgreSQL."""

from collections.abc import Mapping

from sqlalchemy import Engine, select

from classpulse.core.access_tables import accounts, memberships
from classpulse.core.postgres import translated_errors
from classpulse.core.tables import classes
from classpulse.identity.model import Grant, Role


class PostgresGrants:
    """The Grants port. It is read at every request, so a revoked grant stops working at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def grants_of(self, account_id: int) -> Mapping[str, Grant] | None:
        """See Grants.grants_of."""
        wanted = (
            select(classes.c.name, memberships.c.role, memberships.c.team_name)
            .select_from(accounts)
            .outerjoin(memberships, memberships.c.account_id == accounts.c.id)
            .outerjoin(classes, classes.c.id == memberships.c.class_id)
            .where(accounts.c.id == account_id, accounts.c.disabled_at.is_(None))
        )
        with translated_errors(), self._engine.connect() as connection:
            rows = connection.execute(wanted).all()
        if not rows:
            return None
        return {row.name: Grant(Role(row.role), row.team_name) for row in rows if row.name is not None}
