"""The Directory and Tickets ports, in memory and on Redis; grants on PostgreSQL."""

from datetime import timedelta
from typing import cast

import pytest
import redis
from classpulse.adapters.memory_access import MemoryDirectory, MemoryTickets
from classpulse.adapters.postgres.grants import PostgresGrants
from classpulse.adapters.postgres.registry import PostgresRegistry
from classpulse.adapters.postgres.tables import accounts, class_policies, classes, ingest_keys, memberships
from classpulse.adapters.redis import make_redis
from classpulse.adapters.redis_directory import RedisDirectory
from classpulse.adapters.redis_tickets import TICKET_SECONDS, RedisTickets
from classpulse.domain.identity import Entrance, Grant, Role
from classpulse.domain.privacy import ClassPolicy, PrivacyLevel
from classpulse.entrypoints.administer import obey
from classpulse.errors import StoreUnavailable
from classpulse.ports import Directory, IngestKey, Tickets
from classpulse.services.publishing import Publish
from classpulse.services.records import Records
from sqlalchemy import Engine, func, insert, update

from tests.builders import NOW

HASHED = ClassPolicy(class_id="python-1", privacy=PrivacyLevel.HASH, pseudonymous=True, tokens_from=17)
OPEN = ClassPolicy(class_id="python-2")
OLD, NEW, OTHER = IngestKey("python-1", 1, 1_800_000_000.5), IngestKey("python-1", 2), IngestKey("python-2", 3)
ADA = Entrance(7, "Ada", {"python-1": Grant(Role.ASSISTANT, "red"), "python-2": Grant(Role.INSTRUCTOR)})


@pytest.fixture
def client(redis_url: str) -> redis.Redis:
    return make_redis(redis_url)


@pytest.fixture(params=["memory", "redis"])
def directory(request: pytest.FixtureRequest) -> Directory:
    return MemoryDirectory() if request.param == "memory" else RedisDirectory(request.getfixturevalue("client"))


@pytest.fixture(params=["memory", "redis"])
def tickets(request: pytest.FixtureRequest) -> Tickets:
    return MemoryTickets() if request.param == "memory" else RedisTickets(request.getfixturevalue("client"))


def test_nobody_is_let_in_before_something_was_published(directory: Directory) -> None:
    with pytest.raises(StoreUnavailable):
        directory.look_up(None, ["python-1"])
    directory.publish([], {})
    found = directory.look_up("digest", ["python-1"])
    assert (found.key, dict(found.policies)) == (None, {})


def test_a_key_is_found_with_the_policies_of_its_class_and_of_those_that_are_asked_for(directory: Directory) -> None:
    directory.publish([HASHED, OPEN], {"old": OLD, "other": OTHER})
    found = directory.look_up("old", ["python-2", "nobody"])
    assert (found.key, dict(found.policies)) == (OLD, {"python-1": HASHED, "python-2": OPEN})
    assert directory.look_up(None, []).key is None
    assert dict(directory.look_up("old", []).policies) == {"python-1": HASHED}


def test_a_class_is_replaced_without_touching_the_others(directory: Directory) -> None:
    directory.publish([HASHED, OPEN], {"old": OLD, "other": OTHER})
    changed = HASHED.model_copy(update={"privacy": PrivacyLevel.PRESENCE})
    directory.publish_class(changed, {"new": NEW})
    assert directory.look_up("old", []).key is None
    assert directory.look_up("new", []).policies["python-1"] == changed
    assert directory.look_up("other", []).key == OTHER


def test_publishing_all_forgets_what_is_no_more(directory: Directory) -> None:
    directory.publish([HASHED, OPEN], {"old": OLD, "other": OTHER})
    directory.publish([OPEN], {"other": OTHER})
    found = directory.look_up("old", ["python-1", "python-2"])
    assert (found.key, dict(found.policies)) == (None, {"python-2": OPEN})


def test_a_ticket_opens_once(tickets: Tickets) -> None:
    ticket = tickets.issue(ADA)
    assert len(ticket) >= 40
    assert (tickets.look("unknown"), tickets.redeem("unknown")) == (None, False)
    assert (tickets.look(ticket), tickets.look(ticket)) == (ADA, ADA)
    assert tickets.redeem(ticket)
    assert not tickets.redeem(ticket)
    assert tickets.look(ticket) is None


def test_the_operator_has_no_list_of_classes(tickets: Tickets) -> None:
    operator = Entrance(None, "operator", None)
    found = tickets.look(tickets.issue(operator))
    assert found == operator
    assert found.grant("any") == Grant(Role.INSTRUCTOR)


def test_revoked_tickets_open_nothing_and_later_ones_do(tickets: Tickets) -> None:
    ticket, others = tickets.issue(ADA), tickets.issue(Entrance(8, "Bob", {}))
    tickets.revoke(7)
    assert tickets.look(ticket) is None
    assert not tickets.redeem(ticket)
    assert tickets.redeem(others)
    assert tickets.look(tickets.issue(ADA)) == ADA


def test_a_ticket_expires_and_redis_does_not_know_it(client: redis.Redis) -> None:
    ticket = RedisTickets(client).issue(ADA)
    (key,) = client.keys("ticket:*")
    assert ticket not in key
    assert 0 < client.ttl(key) <= TICKET_SECONDS


def test_a_redis_that_is_away_lets_nobody_in(unused_port: int) -> None:
    away = make_redis(f"redis://127.0.0.1:{unused_port}/0")
    with pytest.raises(StoreUnavailable):
        RedisDirectory(away).look_up(None, [])
    with pytest.raises(StoreUnavailable):
        RedisTickets(away).redeem("ticket")


def test_what_is_registered_is_published_without_what_opens_nothing(engine: Engine, client: redis.Redis) -> None:
    with engine.begin() as connection:
        class_id = connection.scalar(insert(classes).values(name="python-1").returning(classes.c.id))
        connection.execute(insert(classes).values(name="not registered"))
        policy = {**HASHED.model_dump(exclude={"class_id"}), "title": "Python"}
        connection.execute(insert(class_policies).values(class_id=class_id, **policy))
        later, before = (NOW + timedelta(days=days) for days in (40_000, -40_000 // 2))
        rows = [("good", None, None), ("later", later, None), ("expired", before, None), ("revoked", None, before)]
        for digest, expires_at, revoked_at in rows:
            times = {"expires_at": expires_at, "revoked_at": revoked_at}
            connection.execute(insert(ingest_keys).values(class_id=class_id, digest=digest, hint="x", **times))
    directory = RedisDirectory(client)
    publish = Publish(PostgresRegistry(engine), directory)
    assert obey({"command": "publish"}, cast("Records", None), publish) == {"classes": 1, "keys": 2}
    assert {
        digest: directory.look_up(digest, []).key is not None for digest in ("good", "later", "expired", "revoked")
    } == {"good": True, "later": True, "expired": False, "revoked": False}
    found = directory.look_up("later", ["not registered"])
    assert dict(found.policies) == {"python-1": HASHED}
    assert found.key is not None
    assert found.key.expires_at == later.timestamp()


def test_grants_are_what_the_memberships_say_now(engine: Engine) -> None:
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
