"""Tokens end with the class key that gave them, and with the line on the roster."""

from datetime import timedelta

import pytest
from classpulse.classes.postgres import PostgresClassRepository
from classpulse.core.access_tables import student_tokens
from classpulse.core.errors import NotAdmitted, StoreUnavailable
from classpulse.core.redis import make_redis
from classpulse.ingest.redis import RedisPolicyCache
from sqlalchemy import Engine, delete

from tests.contract.classes.joining_scene import ADA, BOB, TOKENS, Scene

pytestmark = pytest.mark.on_both_installations


def test_tokens_that_a_key_gave_end_when_the_key_is_revoked(scene: Scene) -> None:
    guest, code = scene.guest(), scene.code("u1")
    linked, own = scene.guest(), scene.joining.join(code, None, None)
    scene.joining.link_guest("python-1", linked.user_id, "u2")
    scene.classes.revoke_key("python-1", scene.key_id)
    tokens = (guest.token, linked.token, own.token)
    assert [scene.sends(token) for token in tokens] == [False, False, True]
    scene.publish()
    assert [scene.sends(token) for token in tokens] == [False, False, True]
    with pytest.raises(NotAdmitted):
        scene.guest()


def test_tokens_that_a_key_gave_end_with_the_key_that_is_replaced_or_expires(scene: Scene) -> None:
    guest = scene.guest()
    new_key, _ = scene.classes.make_key("python-1", scene.now + timedelta(hours=1), scene.key_id, timedelta(minutes=5))
    later = scene.joining.join(new_key, None, None)
    claims = TOKENS.read_student(later.token, scene.now)
    assert claims is not None
    assert claims.expires_at == scene.now + timedelta(hours=1)
    assert scene.ingest.authorize(guest.token, is_local=False).user_id == guest.user_id
    scene.now += timedelta(minutes=6)
    with pytest.raises(NotAdmitted):
        scene.ingest.authorize(guest.token, is_local=False)
    assert scene.ingest.authorize(later.token, is_local=False).user_id == later.user_id


def test_students_who_leave_the_roster_lose_tokens_codes_and_guests(scene: Scene) -> None:
    stays, leaves, off_roster = scene.token("u1"), scene.token("u2"), scene.token("nobody on the roster")
    guest, linked, code = scene.guest(), scene.guest(), scene.code("u2", keep_tokens=True)
    scene.joining.link_guest("python-1", linked.user_id, "u2")
    assert [scene.sends(token) for token in (stays, leaves, off_roster, guest.token, linked.token)] == [True] * 5
    scene.classes.replace_roster("python-1", [ADA])
    tokens = (stays, leaves, off_roster, guest.token, linked.token)
    assert [scene.sends(token) for token in tokens] == [True, False, False, True, False]
    scene.classes.replace_roster("python-1", [ADA, BOB])
    assert [scene.sends(token) for token in tokens] == [True, False, False, True, False]
    assert {one.roster_user_id for one in scene.joining.guests("python-1")} == {None}
    with pytest.raises(NotAdmitted):
        scene.joining.join(code, None, None)


def test_a_token_whose_row_is_deleted_stays_refused(scene: Scene, engine: Engine) -> None:
    """As an erasure does it."""
    token = scene.token("u1")
    with engine.begin() as connection:
        connection.execute(delete(student_tokens).where(student_tokens.c.user_id == "u1"))
    scene.publish()
    assert not scene.sends(token)


def test_a_change_of_tokens_that_cannot_be_published_changes_nothing(scene: Scene, unused_port: int) -> None:
    token = scene.token("u1")
    unreachable = RedisPolicyCache(make_redis(f"redis://127.0.0.1:{unused_port}/0"))
    repository = PostgresClassRepository(scene.engine, unreachable)
    with pytest.raises(StoreUnavailable):
        repository.replace_roster("python-1", [])
    assert scene.sends(token)
    assert len(scene.classes.repository.roster("python-1")) == 2
