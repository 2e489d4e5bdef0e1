"""The RateLimiter port on Redis."""

import pytest
import redis
from classpulse.core.redis import make_redis
from classpulse.ingest.rate_limits import RedisRateLimiter

pytestmark = pytest.mark.on_both_installations


@pytest.fixture
def client(redis_url: str) -> redis.Redis:
    return make_redis(redis_url)


def test_the_rate_limit_is_per_student_and_never_splits_a_batch(client: redis.Redis) -> None:
    limiter = RedisRateLimiter(client, events_per_minute=10)
    ada, bob = ("python-1", "ada"), ("python-1", "bob")
    assert limiter.seconds_to_wait({ada: 9}) == 0
    assert limiter.seconds_to_wait({ada: 100}) == 0
    assert 0 < limiter.seconds_to_wait({ada: 1, bob: 1}) <= 60
    assert limiter.seconds_to_wait({bob: 1}) == 0
