"""The SignIns and Grants ports on PostgreSQL."""

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from classpulse.core.access_tables import refresh_tokens
from classpulse.identity.ports import REFRESH_LIFE, SIGN_IN_LIFE, Account, Refreshed
from classpulse.identity.postgres import PostgresAccounts
from classpulse.identity.postgres_grants import PostgresGrants
from classpulse.identity.postgres_sign_ins import MOST_STEPS, REUSE_GRACE, PostgresSignIns
from classpulse.identity.tokens import Successors
from sqlalchemy import Engine, event, func, select, update

pytestmark = pytest.mark.on_both_installations

NOW = datetime(2026, 1, 1, 9, tzinfo=UTC)
END = NOW + SIGN_IN_LIFE
KEY = "a fingerprint of the operator's token"
KEYS = ["a-signing-key-of-the-tests-0123456789"]
SECOND = timedelta(seconds=1)


@pytest.fixture
def sign_ins(engine: Engine) -> PostgresSignIns:
    return PostgresSignIns(engine, Successors(KEYS))


@pytest.fixture
def ada(engine: Engine) -> Account:
    account = PostgresAccounts(engine).create("ada@example.org", "Ada", None, may_create_classes=False)
    assert account is not None
    return account


def begin(sign_ins: PostgresSignIns, account: Account | None) -> Refreshed:
    return sign_ins.begin(account.account_id if account else None, secrets.token_urlsafe(32), END, NOW, KEY)


def test_two_tabs_get_the_same_successor_and_a_later_reuse_revokes_the_sign_in(
    sign_ins: PostgresSignIns, ada: Account
) -> None:
    first = begin(sign_ins, ada)
    second = sign_ins.refresh(first.token, NOW, KEY)
    assert second is not None
    assert second.token != first.token
    assert (second.account_id, second.sign_in) == (ada.account_id, first.sign_in)
    # The grace period starts at the first use.
    assert sign_ins.refresh(first.token, NOW + REUSE_GRACE, KEY) == second
    assert sign_ins.refresh(first.token, NOW + REUSE_GRACE + SECOND, KEY) is None
    assert sign_ins.refresh(second.token, NOW, KEY) is None
    assert sign_ins.refresh("unknown", NOW, KEY) is None


def test_looking_at_a_token_does_not_use_it(sign_ins: PostgresSignIns, ada: Account) -> None:
    first, operator = begin(sign_ins, ada), begin(sign_ins, None)
    assert sign_ins.holds(first.token, NOW, KEY)
    assert sign_ins.holds(operator.token, NOW, KEY)
    assert not sign_ins.holds(operator.token, NOW, "another")
    assert not sign_ins.holds("unknown", NOW, KEY)
    assert not sign_ins.holds(first.token, first.expires_at, KEY)
    second = sign_ins.refresh(first.token, NOW, KEY)
    assert second is not None
    assert [sign_ins.holds(first.token, NOW + REUSE_GRACE + late, KEY) for late in (0 * SECOND, SECOND)] == [
        True,
        False,
    ]
    # A look at a token that was used long ago revokes nothing.
    assert sign_ins.holds(second.token, NOW, KEY)
    sign_ins.revoke(second.token, NOW)
    assert not sign_ins.holds(second.token, NOW, KEY)


def test_tabs_that_refresh_at_once_share_one_chain(sign_ins: PostgresSignIns, ada: Account, engine: Engine) -> None:
    first = begin(sign_ins, ada)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: sign_ins.refresh(first.token, NOW, KEY), range(8)))
    assert len({one.token for one in found if one}) == 1
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(refresh_tokens)) == 2


def test_a_late_tab_gets_the_end_of_the_chain(sign_ins: PostgresSignIns, ada: Account) -> None:
    first = begin(sign_ins, ada)
    second = sign_ins.refresh(first.token, NOW, KEY)
    assert second is not None
    third = sign_ins.refresh(second.token, NOW + SECOND, KEY)
    assert third is not None
    # Otherwise the browser's cookie would go back to a used token, and the next refresh would end the sign-in.
    assert sign_ins.refresh(first.token, NOW + 2 * SECOND, KEY) == third


def test_a_chain_is_followed_for_a_limited_number_of_steps(sign_ins: PostgresSignIns, ada: Account) -> None:
    first = latest = begin(sign_ins, ada)
    for _ in range(MOST_STEPS + 1):
        following = sign_ins.refresh(latest.token, NOW, KEY)
        assert following is not None
        latest = following
    assert sign_ins.refresh(first.token, NOW, KEY) is None
    assert sign_ins.refresh(latest.token, NOW, KEY) is not None


def test_a_rotated_signing_key_starts_no_second_chain(sign_ins: PostgresSignIns, ada: Account, engine: Engine) -> None:
    first = begin(sign_ins, ada)
    second = sign_ins.refresh(first.token, NOW, KEY)
    assert second is not None
    rotated = PostgresSignIns(engine, Successors(["another-signing-key-0123456789", *KEYS]))
    assert rotated.refresh(first.token, NOW, KEY) == second
    unrelated = PostgresSignIns(engine, Successors(["another-signing-key-0123456789"]))
    assert unrelated.refresh(first.token, NOW, KEY) is None
    assert rotated.refresh(second.token, NOW, KEY) is not None


def test_a_sign_in_ends_at_its_end_however_often_it_is_refreshed(sign_ins: PostgresSignIns, ada: Account) -> None:
    latest = begin(sign_ins, ada)
    assert latest.expires_at == NOW + REFRESH_LIFE
    at = NOW
    while at + timedelta(days=10) < END:
        at += timedelta(days=10)
        following = sign_ins.refresh(latest.token, at, KEY)
        assert following is not None
        latest = following
    assert (latest.expires_at, latest.sign_in.ends_at) == (END, END)
    assert sign_ins.is_open(latest.sign_in.sign_in_id, END - SECOND, KEY)
    assert not sign_ins.is_open(latest.sign_in.sign_in_id, END, KEY)
    assert sign_ins.refresh(latest.token, END, KEY) is None


def test_an_unused_sign_in_expires(sign_ins: PostgresSignIns) -> None:
    operator = begin(sign_ins, None)
    assert sign_ins.refresh(operator.token, operator.expires_at, KEY) is None


def test_an_operators_sign_in_depends_on_the_operators_token(sign_ins: PostgresSignIns, engine: Engine) -> None:
    operator = begin(sign_ins, None)
    sign_in_id, grants = operator.sign_in.sign_in_id, PostgresGrants(engine)
    assert grants.is_operator(sign_in_id, KEY)
    assert sign_ins.is_open(sign_in_id, NOW, KEY)
    for check in (
        sign_ins.refresh(operator.token, NOW, "another"),
        sign_ins.is_open(sign_in_id, NOW, "another"),
        grants.is_operator(sign_in_id, "another"),
    ):
        assert not check
    assert sign_ins.refresh(operator.token, NOW, KEY) is not None


def test_a_sign_in_of_an_account_is_not_the_operators(sign_ins: PostgresSignIns, ada: Account, engine: Engine) -> None:
    hers, operators, grants = begin(sign_ins, ada), begin(sign_ins, None), PostgresGrants(engine)
    assert not grants.is_operator(hers.sign_in.sign_in_id, KEY)
    assert grants.grants_of(ada.account_id, operators.sign_in.sign_in_id) is None


def test_one_sign_in_or_all_others_can_be_revoked(sign_ins: PostgresSignIns, ada: Account, engine: Engine) -> None:
    accounts, grants = PostgresAccounts(engine), PostgresGrants(engine)
    one, two, three = (begin(sign_ins, ada) for _ in range(3))
    operator = begin(sign_ins, None)
    assert sign_ins.revoke(one.token, NOW) == (ada.account_id, one.sign_in.sign_in_id)
    assert sign_ins.revoke("unknown", NOW) is None

    def open_ones() -> list[bool]:
        return [grants.grants_of(ada.account_id, each.sign_in.sign_in_id) is not None for each in (one, two, three)]

    assert open_ones() == [False, True, True]
    sign_ins.revoke_all(ada.account_id, NOW, three.sign_in.sign_in_id)
    assert open_ones() == [False, False, True]
    assert sign_ins.refresh(two.token, NOW, KEY) is None
    assert sign_ins.refresh(three.token, NOW, KEY) is not None
    assert grants.is_operator(operator.sign_in.sign_in_id, KEY)
    sign_ins.revoke_all(None, NOW)
    assert not grants.is_operator(operator.sign_in.sign_in_id, KEY)
    accounts.disable(ada.account_id)
    assert open_ones() == [False, False, False]


def test_links_and_devices_from_before_all_sign_ins_were_ended_are_not_accepted(
    sign_ins: PostgresSignIns, ada: Account, engine: Engine
) -> None:
    sign_ins.revoke_all(ada.account_id, NOW)
    found = PostgresAccounts(engine).by_id(ada.account_id)
    assert found is not None
    assert [found.accepts(NOW + offset) for offset in (-SECOND, 0 * SECOND, SECOND)] == [False, True, True]


def test_a_sign_in_of_the_release_before_ends_after_its_life(
    sign_ins: PostgresSignIns, ada: Account, engine: Engine
) -> None:
    first = begin(sign_ins, ada)
    with engine.begin() as connection:
        connection.execute(update(refresh_tokens).values(ends_at=None, created_at=NOW - timedelta(days=29)))
    second = sign_ins.refresh(first.token, NOW, KEY)
    assert second is not None
    assert second.expires_at == second.sign_in.ends_at == NOW + timedelta(days=1)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def test_who_may_and_whether_the_sign_in_is_open_is_one_query(
    sign_ins: PostgresSignIns, ada: Account, engine: Engine
) -> None:
    grants, hers, operators = PostgresGrants(engine), begin(sign_ins, ada), begin(sign_ins, None)
    with counted(engine) as statements:
        assert grants.grants_of(ada.account_id, hers.sign_in.sign_in_id) is not None
        assert grants.is_operator(operators.sign_in.sign_in_id, KEY)
    assert len(statements) == 2
