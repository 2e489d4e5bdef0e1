"""The fixture of the joining suites."""

from collections.abc import Iterator

import pytest
from classpulse.core.redis import make_redis
from classpulse.ingest.redis import RedisPolicyCache
from sqlalchemy import Engine

from tests.contract.classes.joining_scene import Scene


@pytest.fixture
def scene(engine: Engine, redis_url: str) -> Iterator[Scene]:
    client = make_redis(redis_url)
    yield Scene(engine, RedisPolicyCache(client))
    client.close()
