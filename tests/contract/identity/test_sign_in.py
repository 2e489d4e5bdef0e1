"""The Attempts, OneTime and OperatorKey ports on Redis; accounts on PostgreSQL; passwords as Argon2."""

import pytest
import redis
from argon2 import PasswordHasher, extract_parameters
from classpulse.core.redis import make_redis
from classpulse.identity.passwords import Argon2Passwords
from classpulse.identity.postgres import PostgresAccounts
from classpulse.identity.redis import (
    FREE_ATTEMPTS,
    FREE_ATTEMPTS_OF_ADDRESS,
    RedisAttempts,
    RedisOneTime,
    RedisOperatorKey,
)
from sqlalchemy import Engine

pytestmark = pytest.mark.on_both_installations


@pytest.fixture
def client(redis_url: str) -> redis.Redis:
    return make_redis(redis_url)


def test_waits_double_until_an_attempt_succeeds(client: redis.Redis) -> None:
    attempts = RedisAttempts(client)
    assert [attempts.begin("ada", "a") for _ in range(FREE_ATTEMPTS)] == [0] * FREE_ATTEMPTS
    waits = []
    for _ in range(10):
        waits.append(attempts.begin("ada", "a"))
        client.delete(*client.keys("blocked:*"))
        attempts.begin("ada", "a")
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 900]
    assert attempts.begin("grace", "a") == 0
    client.delete(*client.keys("blocked:*"))
    attempts.succeeded("ada", "a")
    assert [attempts.begin("ada", "a") for _ in range(FREE_ATTEMPTS)] == [0] * FREE_ATTEMPTS


def test_an_address_that_guesses_many_names_is_throttled(client: redis.Redis) -> None:
    attempts = RedisAttempts(client)
    assert not any(attempts.begin(f"name-{at}", "a") for at in range(FREE_ATTEMPTS_OF_ADDRESS))
    assert attempts.begin("another", "a") > 0
    assert attempts.begin("another", "b") == 0


def test_a_known_device_is_delayed_by_its_own_failures_only(client: redis.Redis) -> None:
    attempts = RedisAttempts(client)
    while attempts.begin("ada", "a") == 0:
        pass
    while any(attempts.begin(f"name-{at}", "a") == 0 for at in range(FREE_ATTEMPTS_OF_ADDRESS)):
        pass
    assert attempts.begin("ada", "b") > 0
    assert [attempts.begin("ada", "a", "laptop") for _ in range(FREE_ATTEMPTS)] == [0] * FREE_ATTEMPTS
    assert attempts.begin("ada", "a", "laptop") > 0
    assert attempts.begin("ada", "a", "phone") == 0


def test_a_success_clears_the_delays_and_the_share_of_the_address(client: redis.Redis) -> None:
    attempts = RedisAttempts(client)
    for name in ("ada", "bob"):
        while attempts.begin(name, "a") == 0:
            pass
    assert attempts.begin("ada", "b") > 0
    others = FREE_ATTEMPTS_OF_ADDRESS - 2 * FREE_ATTEMPTS
    assert not any(attempts.begin(f"name-{at}", "a") for at in range(others))
    assert attempts.begin("eve", "a") > 0
    attempts.succeeded("ada", "a", "laptop")
    # Ada's failures left the address; those of the others stay.
    assert [attempts.begin("eve", "a") for _ in range(FREE_ATTEMPTS)] == [0] * FREE_ATTEMPTS
    assert attempts.begin("carl", "a") > 0
    assert attempts.begin("ada", "b") == 0


def test_a_success_leaves_the_failures_of_other_names_on_the_address(client: redis.Redis) -> None:
    attempts = RedisAttempts(client)
    for at in range(FREE_ATTEMPTS_OF_ADDRESS - 1):
        assert attempts.begin(f"name-{at}", "a") == 0
        attempts.begin("mallory", "b")
        attempts.succeeded("mallory", "b")
    assert attempts.begin("one-more", "a") == 0
    assert attempts.begin("and-another", "a") > 0


def test_the_operators_key_is_remembered(client: redis.Redis) -> None:
    remembered = RedisOperatorKey(client)
    assert remembered.read() is None
    remembered.write("a fingerprint")
    assert remembered.read() == "a fingerprint"


def test_a_one_time_value_can_be_taken_once(client: redis.Redis) -> None:
    links, flows = RedisOneTime(client, "link"), RedisOneTime(client, "oidc")
    links.put("secret", {"accountId": None}, 60)
    assert not any("secret" in str(key) for key in client.keys("*"))
    assert flows.take("secret") is None
    assert links.take("secret") == {"accountId": None}
    assert links.take("secret") is None


def test_an_account_is_bound_to_one_name_at_the_provider(engine: Engine) -> None:
    accounts = PostgresAccounts(engine)
    ada = accounts.create("ada@example.org", "Ada", None, may_create_classes=False)
    assert ada is not None
    assert accounts.create("ADA@example.org", "Eve", None, may_create_classes=True) is None
    assert accounts.bind(ada.account_id, "https://issuer", "s1")
    assert not accounts.bind(ada.account_id, "https://issuer", "s2")
    assert accounts.by_subject("https://issuer", "s1") == ada
    assert accounts.by_subject("https://other", "s1") is None


def test_only_the_operator_gives_an_account_the_permission_to_create_classes(engine: Engine) -> None:
    accounts = PostgresAccounts(engine)
    ada = accounts.create("ada@example.org", "Ada", None, may_create_classes=False)
    assert ada is not None
    assert not ada.may_create_classes
    accounts.change(ada.account_id, may_create_classes=True)
    [found] = accounts.all()
    assert found.may_create_classes


def test_passwords_are_verified_and_outdated_hashes_detected() -> None:
    weak = Argon2Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    strong = Argon2Passwords()
    kept = weak.hash("correct horse battery")
    assert strong.verify(kept, "correct horse battery")
    assert not strong.verify(kept, "wrong")
    # An unknown account takes as long as a wrong password.
    for hasher in (weak, strong):
        assert not hasher.verify(None, "no such account")
        assert extract_parameters(hasher._nobody) == extract_parameters(hasher.hash("x"))
    assert strong.is_outdated(kept)
    assert not strong.is_outdated(strong.hash("x"))
