"""Failed sign-ins of others cannot keep a teacher out of a browser in which the teacher has signed in before."""

from datetime import timedelta

import pytest
from classpulse.core.errors import NotSignedIn, TooManyAttempts
from classpulse.identity.ports import DEVICE_LIFE
from classpulse.identity.redis import (
    FREE_ATTEMPTS,
    FREE_ATTEMPTS_OF_ADDRESS,
)
from classpulse.identity.tokens import JwtTokens
from sqlalchemy import Engine

from tests.sessions import AWAY, EMAIL, HOME, NEW_PASSWORD, PASSWORD, Scene

pytestmark = pytest.mark.on_both_installations


@pytest.fixture
def scene(engine: Engine, redis_url: str) -> Scene:
    return Scene(engine, redis_url)


def lock_out(scene: Scene) -> None:
    for at in range(2 * FREE_ATTEMPTS_OF_ADDRESS):
        try:
            scene.sessions.by_password(EMAIL if at % 2 else f"name-{at}@example.org", "wrong", HOME)
        except (NotSignedIn, TooManyAttempts):
            continue


def test_a_lock_out_by_others_does_not_keep_a_known_device_out(scene: Scene) -> None:
    device = scene.sign_in().device
    lock_out(scene)
    for unknown in (None, "not a device", JwtTokens(["another-key-of-the-tests-0123"]).device(1, scene.now)):
        with pytest.raises(TooManyAttempts):
            scene.sign_in(address=AWAY, device=unknown)
        with pytest.raises(TooManyAttempts):
            scene.sessions.by_password("other@example.org", "wrong", HOME, unknown)
    assert scene.sign_in(device=device).email == EMAIL
    # The success clears the delays of the address and of the email, so that a new device can sign in as well.
    assert scene.sign_in(address=AWAY).email == EMAIL


def test_a_known_device_is_known_for_its_own_account_only(scene: Scene) -> None:
    scene.accounts.create("bob@example.org", "Bob", PASSWORD, may_create_classes=False)
    of_bob = scene.sessions.by_password("bob@example.org", PASSWORD, AWAY).device
    lock_out(scene)
    with pytest.raises(TooManyAttempts):
        scene.sign_in(device=of_bob)


def test_a_stolen_device_cookie_guesses_no_faster(scene: Scene) -> None:
    device = scene.sign_in().device
    for _ in range(FREE_ATTEMPTS):
        with pytest.raises(NotSignedIn):
            scene.sign_in("wrong", device=device)
    with pytest.raises(TooManyAttempts):
        scene.sign_in("wrong", device=device)
    # The thief does not delay the owner's other browsers.
    assert scene.sign_in(address=AWAY).email == EMAIL


def test_a_device_is_forgotten_when_the_password_changes_or_all_sign_ins_end(scene: Scene) -> None:
    mine = scene.sign_in()
    scene.now += timedelta(seconds=1)
    _, renewed = scene.sessions.change_password(scene.signed_in(mine), PASSWORD, NEW_PASSWORD, HOME)
    lock_out(scene)
    with pytest.raises(TooManyAttempts):
        scene.sign_in(NEW_PASSWORD, device=mine.device)
    assert scene.sign_in(NEW_PASSWORD, device=renewed).email == EMAIL
    scene.now += timedelta(seconds=1)
    scene.accounts.end_sign_ins(EMAIL)
    lock_out(scene)
    with pytest.raises(TooManyAttempts):
        scene.sign_in(NEW_PASSWORD, device=renewed)


def test_a_device_that_did_not_sign_in_for_a_year_is_unknown(scene: Scene) -> None:
    device = scene.sign_in().device
    lock_out(scene)
    scene.now += DEVICE_LIFE
    with pytest.raises(TooManyAttempts):
        scene.sign_in(device=device)


def test_nobody_else_can_keep_a_signed_in_teacher_from_changing_the_password(scene: Scene) -> None:
    me = scene.signed_in(scene.sign_in())
    lock_out(scene)
    scene.sessions.change_password(me, PASSWORD, NEW_PASSWORD, HOME)
    assert scene.sign_in(NEW_PASSWORD, address=AWAY, device=None).email == EMAIL
