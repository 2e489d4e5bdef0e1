"""The use cases of sessions, on PostgreSQL and Redis: what ends a sign-in, its links, tickets, tokens and sockets."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from classpulse.core.errors import Conflict, InvalidRequest, NotFound, NotSignedIn
from classpulse.identity.access import operator_key
from classpulse.identity.ending import EndOldOperator
from classpulse.identity.model import OPERATOR, Principal
from classpulse.identity.ports import SIGN_IN_LIFE
from classpulse.identity.redis import (
    RedisOperatorKey,
)
from classpulse.identity.service import PASSWORD_WEAK, SESSION_EXISTS
from classpulse.progress.updates import Revoked
from sqlalchemy import Engine

from tests.sessions import EMAIL, HOME, NEW_PASSWORD, PASSWORD, ROTATED, TOKEN, Scene

pytestmark = pytest.mark.on_both_installations


@pytest.fixture
def scene(engine: Engine, redis_url: str) -> Scene:
    return Scene(engine, redis_url)


def sign_in_id(principal: Principal) -> str:
    assert principal.sign_in is not None
    return principal.sign_in.sign_in_id


def test_signing_out_ends_the_access_token_links_tickets_and_sockets_of_this_sign_in_only(scene: Scene) -> None:
    laptop, phone = scene.sign_in(), scene.sign_in()
    on_laptop, on_phone = scene.signed_in(laptop), scene.signed_in(phone)
    links = [scene.sessions.link(principal)[0] for principal in (on_laptop, on_phone)]
    tickets = [scene.sessions.ticket(principal) for principal in (on_laptop, on_phone)]
    scene.sessions.sign_out(laptop.refresh)
    assert (scene.caller(laptop), scene.caller(phone)) == (None, on_phone)
    assert [scene.works(link) for link in links] == [False, True]
    assert [scene.tickets.redeem(ticket) for ticket in tickets] == [False, True]
    assert scene.revocations() == [Revoked(account_id=on_laptop.account_id, sign_in=sign_in_id(on_laptop))]
    with pytest.raises(NotSignedIn):
        scene.sessions.refresh(laptop.refresh)
    scene.sessions.refresh(phone.refresh)


def test_a_changed_password_ends_everything_except_the_sign_in_that_changed_it(scene: Scene) -> None:
    here, elsewhere = scene.sign_in(), scene.sign_in()
    me, other = scene.signed_in(here), scene.signed_in(elsewhere)
    by_operator = scene.sessions.link(OPERATOR, email=EMAIL)[0]
    by_other, ticket = scene.sessions.link(other)[0], scene.sessions.ticket(other)
    scene.now += timedelta(seconds=1)
    scene.sessions.change_password(me, PASSWORD, NEW_PASSWORD, HOME)
    assert (scene.caller(here), scene.caller(elsewhere)) == (me, None)
    assert [scene.works(link) for link in (by_operator, by_other)] == [False, False]
    assert not scene.tickets.redeem(ticket)
    assert scene.revocations() == [Revoked(account_id=me.account_id, kept=sign_in_id(me))]
    with pytest.raises(NotSignedIn):
        scene.sessions.refresh(elsewhere.refresh)
    scene.sessions.refresh(here.refresh)


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(lambda scene, me: scene.sessions.end_all(me), id="the caller"),
        pytest.param(lambda scene, _: scene.accounts.end_sign_ins(EMAIL), id="the operator"),
        pytest.param(lambda scene, _: scene.accounts.disable(EMAIL), id="the operator disables it"),
    ],
)
def test_all_sign_ins_of_an_account_can_be_ended(scene: Scene, end: Callable[[Scene, Principal], None]) -> None:
    ones = [scene.sign_in() for _ in range(2)]
    me = scene.signed_in(ones[0])
    operator = scene.sessions.by_link(scene.sessions.link(OPERATOR)[0])
    links = [scene.sessions.link(me)[0], scene.sessions.link(OPERATOR, email=EMAIL)[0]]
    ticket = scene.sessions.ticket(me)
    scene.now += timedelta(seconds=1)
    end(scene, me)
    assert [scene.caller(one) for one in ones] == [None, None]
    assert [scene.works(link) for link in links] == [False, False]
    assert not scene.tickets.redeem(ticket)
    assert scene.revocations() == [Revoked(account_id=me.account_id)]
    for one in ones:
        with pytest.raises(NotSignedIn):
            scene.sessions.refresh(one.refresh)
    assert scene.caller(operator) is not None


def test_the_operators_sign_ins_can_be_ended_too(scene: Scene) -> None:
    operator = scene.sessions.by_link(scene.sessions.link(OPERATOR)[0])
    link = scene.sessions.link(scene.signed_in(operator), email=EMAIL)[0]
    ada = scene.sign_in()
    scene.sessions.end_all(scene.signed_in(operator))
    assert scene.caller(operator) is None
    assert not scene.works(link)
    assert scene.revocations() == [Revoked(account_id=None)]
    assert scene.caller(ada) is not None


def test_a_rotated_instructor_token_ends_the_operators_sign_ins_and_links(scene: Scene) -> None:
    operator = scene.sessions.by_link(scene.sessions.link(OPERATOR)[0])
    principal = scene.signed_in(operator)
    assert principal.is_operator
    links = [scene.sessions.link(maker, email=email)[0] for maker in (OPERATOR, principal) for email in (None, EMAIL)]
    ada = scene.sign_in()
    rotated = scene.rotated()
    assert scene.caller(operator, ROTATED) is None
    assert scene.caller(ada, ROTATED) is not None
    assert [scene.works(link, rotated) for link in links] == [False] * 4
    with pytest.raises(NotSignedIn):
        rotated.refresh(operator.refresh)
    rotated.refresh(ada.refresh)


def test_publishing_closes_the_operators_sockets_after_a_rotation(scene: Scene) -> None:
    def publish(token: str) -> list[object]:
        scene.updates.messages.clear()
        EndOldOperator(RedisOperatorKey(scene.redis), scene.disconnect, operator_key(token))()
        return scene.revocations()

    ticket = scene.sessions.ticket(OPERATOR)
    assert (publish(TOKEN), publish(TOKEN)) == ([], [])
    assert scene.tickets.look(ticket) is not None
    assert publish(ROTATED) == [Revoked(account_id=None)]
    assert scene.tickets.look(ticket) is None
    assert publish(ROTATED) == []


def test_no_token_link_or_sign_in_outlives_the_sign_in_that_made_it(scene: Scene) -> None:
    mine = scene.sign_in()
    end = scene.now + SIGN_IN_LIFE
    # Refreshed until shortly before its end.
    while scene.now + timedelta(days=10) < end:
        scene.now += timedelta(days=10)
        mine = scene.sessions.refresh(mine.refresh)
    scene.now = end - timedelta(minutes=5)
    mine = scene.sessions.refresh(mine.refresh)
    assert mine.access_seconds == mine.refresh_seconds == 300
    link, seconds = scene.sessions.link(scene.signed_in(mine), minutes=7 * 24 * 60)
    assert seconds == 300
    by_link = scene.sessions.by_link(link)
    assert scene.signed_in(by_link).sign_in is not None
    assert by_link.refresh_seconds == 300
    again, _ = scene.sessions.link(scene.signed_in(by_link))
    scene.now = end
    assert (scene.caller(mine), scene.caller(by_link)) == (None, None)
    assert not scene.works(again)
    for token in (mine.refresh, by_link.refresh):
        with pytest.raises(NotSignedIn):
            scene.sessions.refresh(token)


def test_an_invitation_of_the_operator_begins_a_sign_in_of_its_own_length(scene: Scene) -> None:
    operator = scene.sessions.by_link(scene.sessions.link(OPERATOR)[0])
    scene.now += timedelta(days=9)
    principal = scene.signed_in(scene.sessions.refresh(operator.refresh))
    invited = scene.sessions.by_link(scene.sessions.link(principal, email=EMAIL)[0])
    own = scene.sessions.by_link(scene.sessions.link(principal)[0])
    ends = [scene.signed_in(one).sign_in for one in (invited, own)]
    assert [one and one.ends_at - scene.now for one in ends] == [SIGN_IN_LIFE, SIGN_IN_LIFE - timedelta(days=9)]


def test_a_link_for_another_address_answers_like_one_for_an_unknown_address(scene: Scene) -> None:
    scene.accounts.create("bob@example.org", "Bob", None, may_create_classes=False)
    me = scene.signed_in(scene.sign_in())
    errors = []
    for email in ("bob@example.org", "nobody@example.org"):
        with pytest.raises(NotFound) as error:
            scene.sessions.link(me, email=email)
        errors.append(error.value.problem)
    assert errors[0] == errors[1]


@pytest.mark.parametrize("weak", ["password1234", "ada@example.org1", "qwertyuiopas", "a" * 1024])
def test_a_password_that_can_be_guessed_is_refused_with_a_fixed_text(scene: Scene, weak: str) -> None:
    me = scene.signed_in(scene.sign_in())
    with pytest.raises(InvalidRequest) as refused:
        scene.sessions.change_password(me, PASSWORD, weak, HOME)
    assert refused.value.problem == PASSWORD_WEAK
    assert scene.sign_in().email == EMAIL
    with pytest.raises(InvalidRequest):
        scene.accounts.create("eve@example.org", "Eve", weak.replace("ada", "eve"), may_create_classes=False)


def test_a_link_replaces_no_session_without_saying_so(scene: Scene) -> None:
    mine, link = scene.sign_in(), scene.sessions.link(OPERATOR)[0]
    with pytest.raises(Conflict) as refused:
        scene.sessions.by_link(link, mine.refresh)
    assert refused.value.problem == SESSION_EXISTS
    # Neither the link nor the refresh token was used.
    mine = scene.sessions.refresh(mine.refresh)
    assert scene.sessions.by_link(link).operator
    # A cookie that is signed out does not matter.
    scene.sessions.sign_out(mine.refresh)
    assert scene.sessions.by_link(scene.sessions.link(OPERATOR)[0], mine.refresh).operator
