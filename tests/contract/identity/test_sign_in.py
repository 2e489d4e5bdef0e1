"""The Attempts and OneTime ports on Redis; refresh tokens on PostgreSQL; passwords as Argon2."""

import secrets
from datetime import UTC, datetime, timedelta

import pytest
import redis
from argon2 import PasswordHasher, extract_parameters
from classpulse.core.redis import make_redis
from classpulse.identity.passwords import Argon2Passwords
from classpulse.identity.postgres import REUSE_GRACE, PostgresAccounts, PostgresRefreshTokens
from classpulse.identity.redis import FREE_ATTEMPTS, FREE_ATTEMPTS_OF_ADDRESS, RedisAttempts, RedisOneTime
from sqlalchemy import Engine

pytestmark = pytest.mark.on_both_installations

NOW = datetime(2026, 1, 1, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=14)


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


def test_a_one_time_value_can_be_taken_once(client: redis.Redis) -> None:
    links, flows = RedisOneTime(client, "link"), RedisOneTime(client, "oidc")
    links.put("secret", {"accountId": None}, 60)
    assert not any("secret" in str(key) for key in client.keys("*"))
    assert flows.take("secret") is None
    assert links.take("secret") == {"accountId": None}
    assert links.take("secret") is None


def test_a_family_ends_when_a_used_token_comes_back(engine: Engine) -> None:
    tokens = PostgresRefreshTokens(engine)
    account = PostgresAccounts(engine).create("Ada@example.org", "Ada", None)
    assert account is not None
    tokens.begin(account.account_id, "first", LATER)
    assert tokens.rotate("first", "second", LATER, NOW) == (account.account_id,)
    assert tokens.rotate("first", "sibling", LATER, NOW + REUSE_GRACE) == (account.account_id,)
    # The grace period starts at the first use.
    assert tokens.rotate("first", "third", LATER, NOW + REUSE_GRACE + timedelta(seconds=1)) is None
    assert [tokens.rotate(token, secrets.token_hex(), LATER, NOW) for token in ("second", "sibling")] == [None, None]
    assert tokens.rotate("unknown", "x", LATER, NOW) is None


def test_expired_refresh_tokens_and_those_of_other_sign_ins_end(engine: Engine) -> None:
    tokens = PostgresRefreshTokens(engine)
    accounts = PostgresAccounts(engine)
    ada = accounts.create("ada@example.org", "Ada", None)
    assert ada is not None
    for digest in ("kept", "other"):
        tokens.begin(ada.account_id, digest, LATER)
    tokens.begin(None, "operator", LATER)
    assert tokens.rotate("operator", "x", LATER, LATER) is None
    tokens.revoke_others(ada.account_id, "kept", NOW)
    assert tokens.rotate("other", "y", LATER, NOW) is None
    assert tokens.rotate("kept", "z", LATER, NOW) == (ada.account_id,)
    accounts.disable(ada.account_id)
    assert tokens.rotate("z", "zz", LATER, NOW) is None
    assert tokens.rotate("operator", "xx", LATER, NOW) == (None,)


def test_an_account_is_bound_to_one_name_at_the_provider(engine: Engine) -> None:
    accounts = PostgresAccounts(engine)
    ada = accounts.create("ada@example.org", "Ada", None)
    assert ada is not None
    assert accounts.create("ADA@example.org", "Eve", None) is None
    assert accounts.bind(ada.account_id, "https://issuer", "s1")
    assert not accounts.bind(ada.account_id, "https://issuer", "s2")
    assert accounts.by_subject("https://issuer", "s1") == ada
    assert accounts.by_subject("https://other", "s1") is None


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
