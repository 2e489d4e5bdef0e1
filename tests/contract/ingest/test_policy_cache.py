"""The PolicyCache port, in memory and on Redis."""

import json

import pytest
import redis
from classpulse.core.errors import StoreUnavailable
from classpulse.core.privacy_level import PrivacyLevel
from classpulse.core.redis import make_redis
from classpulse.ingest.ports import IngestKey, PolicyCache
from classpulse.ingest.privacy import ClassPolicy
from classpulse.ingest.redis import KEYS, RedisPolicyCache

from tests.fakes.ingest import MemoryPolicyCache

pytestmark = pytest.mark.on_both_installations

HASHED = ClassPolicy(class_id="python-1", privacy=PrivacyLevel.HASH, pseudonymous=True, tokens_from=17)
OPEN = ClassPolicy(class_id="python-2")
OLD, NEW, OTHER = IngestKey("python-1", 1, 1_800_000_000.5), IngestKey("python-1", 2), IngestKey("python-2", 3)


@pytest.fixture
def client(redis_url: str) -> redis.Redis:
    return make_redis(redis_url)


@pytest.fixture(params=["memory", "redis"])
def policy_cache(request: pytest.FixtureRequest) -> PolicyCache:
    return MemoryPolicyCache() if request.param == "memory" else RedisPolicyCache(request.getfixturevalue("client"))


def test_every_sender_is_refused_until_policies_are_published(policy_cache: PolicyCache) -> None:
    with pytest.raises(StoreUnavailable):
        policy_cache.look_up(None, ["python-1"])
    policy_cache.publish([], {})
    found = policy_cache.look_up("digest", ["python-1"])
    assert (found.key, dict(found.policies)) == (None, {})


def test_a_key_is_returned_with_the_policies_of_its_class_and_of_the_requested_classes(
    policy_cache: PolicyCache,
) -> None:
    policy_cache.publish([HASHED, OPEN], {"old": OLD, "other": OTHER})
    found = policy_cache.look_up("old", ["python-2", "nobody"])
    assert (found.key, dict(found.policies)) == (OLD, {"python-1": HASHED, "python-2": OPEN})
    assert policy_cache.look_up(None, []).key is None
    assert dict(policy_cache.look_up("old", []).policies) == {"python-1": HASHED}


def test_a_class_is_replaced_without_touching_the_others(policy_cache: PolicyCache) -> None:
    policy_cache.publish([HASHED, OPEN], {"old": OLD, "other": OTHER})
    changed = HASHED.model_copy(update={"privacy": PrivacyLevel.PRESENCE})
    policy_cache.publish_class(changed, {"new": NEW})
    assert policy_cache.look_up("old", []).key is None
    assert policy_cache.look_up("new", []).policies["python-1"] == changed
    assert policy_cache.look_up("other", []).key == OTHER


def test_a_path_key_is_returned_as_one(policy_cache: PolicyCache) -> None:
    in_path = IngestKey("python-2", 4, in_path=True)
    policy_cache.publish([HASHED, OPEN], {"old": OLD, "other": OTHER})
    policy_cache.publish_class(OPEN, {"other": OTHER, "in path": in_path})
    assert [policy_cache.look_up(name, []).key for name in ("old", "other", "in path")] == [OLD, OTHER, in_path]
    policy_cache.publish_class(OPEN, {"other": OTHER})
    assert policy_cache.look_up("in path", []).key is None


def test_a_class_key_is_published_as_the_release_before_path_keys_reads_it(client: redis.Redis) -> None:
    """Both releases run for a while, and that one accepts no other field."""
    keys = {"new": NEW, "in path": IngestKey("python-1", 4, in_path=True)}
    RedisPolicyCache(client).publish([HASHED], keys)
    stored = {name: json.loads(text) for name, text in client.hgetall(KEYS).items()}
    assert stored["new"].keys() == {"class_id", "key_id", "expires_at"}
    assert stored["in path"]["in_path"] is True


def test_publishing_everything_removes_outdated_entries(policy_cache: PolicyCache) -> None:
    policy_cache.publish([HASHED, OPEN], {"old": OLD, "other": OTHER})
    policy_cache.publish([OPEN], {"other": OTHER})
    found = policy_cache.look_up("old", ["python-1", "python-2"])
    assert (found.key, dict(found.policies)) == (None, {"python-2": OPEN})


def test_tokens_that_end_are_known_until_everything_is_published_again(policy_cache: PolicyCache) -> None:
    policy_cache.publish([HASHED, OPEN], {"old": OLD}, {"ended": 0.0})
    policy_cache.publish_class(HASHED, {"old": OLD}, {"ends": 1_800_000_000.5})
    looked_up = {name: policy_cache.look_up(None, ["python-1"], name) for name in ("ended", "ends", "valid")}
    assert {name: found.token_ends for name, found in looked_up.items()} == {
        "ended": 0.0, "ends": 1_800_000_000.5, "valid": None
    }  # fmt: skip
    assert {tuple(found.policies) for found in looked_up.values()} == {("python-1",)}
    assert policy_cache.look_up("old", [], "ended").token_ends == 0.0
    policy_cache.publish([HASHED, OPEN], {}, {"ends": 1_800_000_000.5})
    assert policy_cache.look_up(None, [], "ended").token_ends is None
    assert policy_cache.look_up(None, [], None).token_ends is None


def test_every_sender_is_refused_while_redis_is_unreachable(unused_port: int) -> None:
    unreachable = make_redis(f"redis://127.0.0.1:{unused_port}/0")
    with pytest.raises(StoreUnavailable):
        RedisPolicyCache(unreachable).look_up(None, [])
