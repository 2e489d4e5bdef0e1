"""Policies and keys are published from PostgreSQL to Redis."""

from datetime import timedelta

import pytest
import redis
from classpulse.classes.postgres_policies import PostgresRegistry
from classpulse.classes.publishing import Publish
from classpulse.core.access_tables import class_policies, ingest_keys
from classpulse.core.privacy_level import PrivacyLevel
from classpulse.core.redis import make_redis
from classpulse.core.tables import classes
from classpulse.ingest.privacy import ClassPolicy
from classpulse.ingest.redis import RedisPolicyCache
from classpulse.records.commands import run_command
from sqlalchemy import Engine, insert

from tests.builders import NOW
from tests.contract.records.scene import Letters, records_of

pytestmark = pytest.mark.on_both_installations

HASHED = ClassPolicy(class_id="python-1", privacy=PrivacyLevel.HASH, pseudonymous=True, tokens_from=17)


@pytest.fixture
def client(redis_url: str) -> redis.Redis:
    return make_redis(redis_url)


def test_published_policies_and_keys_leave_out_keys_that_are_not_valid(engine: Engine, client: redis.Redis) -> None:
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
    policy_cache = RedisPolicyCache(client)
    publish = Publish(PostgresRegistry(engine), policy_cache, lambda: None)
    published = run_command({"command": "publish"}, records_of(engine, Letters()), publish)
    assert published == {"classes": 1, "keys": 2, "erasures": 0}
    assert {
        digest: policy_cache.look_up(digest, []).key is not None for digest in ("good", "later", "expired", "revoked")
    } == {"good": True, "later": True, "expired": False, "revoked": False}
    found = policy_cache.look_up("later", ["not registered"])
    assert dict(found.policies) == {"python-1": HASHED}
    assert found.key is not None
    assert found.key.expires_at == later.timestamp()
