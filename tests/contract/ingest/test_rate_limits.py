"""The RateLimiter port on Redis."""

import json
from datetime import timedelta

import pytest
import redis
from classpulse.core.digests import digest
from classpulse.core.redis import make_redis
from classpulse.identity.tokens import JwtTokens
from classpulse.ingest.admission import IngestAuthorizer
from classpulse.ingest.ports import IngestKey, StudentToken
from classpulse.ingest.privacy import ClassPolicy
from classpulse.ingest.rate_limits import RedisRateLimiter, Unlimited
from classpulse.ingest.service import KEY_RATE_LIMITED, STUDENT_RATE_LIMITED, Ingest, Limits

from tests.builders import NOW, wire_event
from tests.fakes.ingest import MemoryPolicyCache
from tests.fakes.queues import MemoryQueue

pytestmark = pytest.mark.on_both_installations


@pytest.fixture
def client(redis_url: str) -> redis.Redis:
    return make_redis(redis_url)


def test_the_rate_limit_is_per_student_and_never_splits_a_batch(client: redis.Redis) -> None:
    limiter = RedisRateLimiter(client, events_per_minute=10)
    ada, bob = ("python-1", "ada", "token"), ("python-1", "bob", "token")
    assert limiter.seconds_to_wait({ada: 9}) == 0
    assert limiter.seconds_to_wait({ada: 100}) == 0
    assert 0 < limiter.seconds_to_wait({ada: 1, bob: 1}) <= 60
    assert limiter.seconds_to_wait({bob: 1}) == 0


def test_a_flood_with_the_class_key_does_not_block_the_student_s_own_token(client: redis.Redis) -> None:
    cache, tokens = MemoryPolicyCache(), JwtTokens(["a-signing-key-of-the-tests-0123456789"])
    keys = {digest(f"cpk_{name}"): IngestKey("python-1", number) for number, name in enumerate(("leaked", "new"))}
    cache.publish([ClassPolicy(class_id="python-1")], keys)
    authorizer = IngestAuthorizer(cache, tokens, lambda: NOW, "ingest-key", is_open=False, default_class_id="default")
    # One of three batches in a row is in the same minute as the one before.
    limits = Limits(RedisRateLimiter(client, events_per_minute=1), Unlimited(), Unlimited())
    ingest = Ingest(authorizer, MemoryQueue(), limits, privacy_key=b"a privacy key of the tests")
    own = tokens.student(StudentToken("python-1", "ada", NOW, NOW + timedelta(hours=1)))

    def post(bearer: str) -> int:
        body = json.dumps([wire_event() for _ in range(100)]).encode()
        receipt = ingest(body, bearer, is_local=False)
        assert receipt.problem in (None, STUDENT_RATE_LIMITED)
        return receipt.status

    assert 429 in [post("cpk_leaked") for _ in range(3)]
    assert post(own) == 202
    assert post("cpk_new") == 202
    # The token has a limit too.
    assert 429 in [post(own) for _ in range(3)]


def test_a_flood_through_the_address_with_a_path_key_blocks_neither_the_class_key_nor_the_next_path_key(
    client: redis.Redis,
) -> None:
    cache = MemoryPolicyCache()
    keys = {digest(f"cpp_{name}"): IngestKey("python-1", number, in_path=True) for number, name in enumerate("ab")}
    cache.publish([ClassPolicy(class_id="python-1")], keys | {digest("cpk_class"): IngestKey("python-1", 7)})
    tokens = JwtTokens(["a-signing-key-of-the-tests-0123456789"])
    authorizer = IngestAuthorizer(cache, tokens, lambda: NOW, "ingest-key", is_open=False, default_class_id="default")
    per_key = RedisRateLimiter(client, events_per_minute=1)
    ingest = Ingest(
        authorizer, MemoryQueue(), Limits(Unlimited(), Unlimited(), per_key), privacy_key=b"a privacy key of the tests"
    )
    body = json.dumps([wire_event() for _ in range(100)]).encode()
    # One of three batches in a row is in the same minute as the one before.
    flooded = [ingest.with_path_key(body, "cpp_a") for _ in range(3)]
    assert 429 in [receipt.status for receipt in flooded]
    assert {receipt.problem for receipt in flooded} <= {None, KEY_RATE_LIMITED}
    assert ingest.with_path_key(body, "cpp_b").status == 202
    assert [ingest(body, "cpk_class", is_local=False).status for _ in range(3)] == [202, 202, 202]
