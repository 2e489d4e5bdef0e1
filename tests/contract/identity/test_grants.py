"""The Grants port on PostgreSQL."""

import pytest
from classpulse.core.access_tables import accounts, memberships
from classpulse.core.tables import classes
from classpulse.identity.model import Grant, Role
from classpulse.identity.postgres_grants import PostgresGrants
from sqlalchemy import Engine, func, insert, update

pytestmark = pytest.mark.on_both_installations


def test_grants_follow_the_current_memberships(engine: Engine) -> None:
    with engine.begin() as connection:
        ada, bob = connection.scalars(
            insert(accounts).returning(accounts.c.id),
            [{"email": "ada@example.org", "name": "Ada"}, {"email": "bob@example.org", "name": "Bob"}],
        ).all()
        class_id = connection.scalar(insert(classes).values(name="python-1").returning(classes.c.id))
        connection.execute(
            insert(memberships).values(account_id=ada, class_id=class_id, role="assistant", team_name="red")
        )
    grants = PostgresGrants(engine)
    assert grants.grants_of(ada) == {"python-1": Grant(Role.ASSISTANT, "red")}
    assert grants.grants_of(bob) == {}
    assert grants.grants_of(bob + 100) is None
    with engine.begin() as connection:
        connection.execute(update(accounts).values(disabled_at=func.now()).where(accounts.c.id == ada))
    assert grants.grants_of(ada) is None
