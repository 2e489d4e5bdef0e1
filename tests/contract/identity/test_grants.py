"""The Grants port on PostgreSQL."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from classpulse.core.access_tables import accounts, memberships
from classpulse.core.tables import classes
from classpulse.identity.model import AccountGrants, Grant, Role
from classpulse.identity.postgres_grants import PostgresGrants
from classpulse.identity.postgres_sign_ins import PostgresSignIns
from classpulse.identity.tokens import Successors
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
    grants, sign_ins, now = PostgresGrants(engine), PostgresSignIns(engine, Successors(["key"])), datetime.now(UTC)
    [of_ada, of_bob] = [
        sign_ins.begin(account_id, name, now + timedelta(days=1), now, "").sign_in.sign_in_id
        for account_id, name in ((ada, "ada's token"), (bob, "bob's token"))
    ]
    assert grants.grants_of(ada, of_ada) == AccountGrants({"python-1": Grant(Role.ASSISTANT, "red")})
    assert grants.grants_of(bob, of_bob) == AccountGrants({})
    assert grants.grants_of(bob + 100, of_bob) is None
    # A sign-in of somebody else, or one that does not exist.
    assert grants.grants_of(ada, of_bob) is None
    assert grants.grants_of(ada, str(uuid.uuid4())) is None
    with engine.begin() as connection:
        connection.execute(update(accounts).values(may_create_classes=True).where(accounts.c.id == bob))
        connection.execute(update(accounts).values(disabled_at=func.now()).where(accounts.c.id == ada))
    assert grants.grants_of(ada, of_ada) is None
    assert grants.grants_of(bob, of_bob) == AccountGrants({}, may_create_classes=True)
