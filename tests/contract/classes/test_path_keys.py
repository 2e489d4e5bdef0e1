"""Path keys, from PostgreSQL to ingest: made, rotated and revoked as class keys are, and valid nowhere else."""

from datetime import timedelta

import pytest
from classpulse.classes.service import KEY_UNKNOWN, REPLACED_KEY_UNKNOWN
from classpulse.core.access_tables import ingest_keys
from classpulse.core.digests import digest
from classpulse.core.errors import NotAdmitted, NotFound
from classpulse.ingest.admission import STUDENTS_ONLY
from classpulse.ingest.keys import KEY_INVALID
from sqlalchemy import select

from tests.contract.classes.joining_scene import Scene

pytestmark = pytest.mark.on_both_installations
NO_OVERLAP = timedelta()


def made(
    scene: Scene, *, life: timedelta | None = None, replaces: int | None = None, overlap: timedelta = NO_OVERLAP
) -> tuple[str, int]:
    """Make a path key; return it and its id."""
    expires_at = scene.now + life if life else None
    key, stored = scene.classes.make_key("python-1", expires_at, replaces, overlap, in_path=True)
    assert (stored.in_path, key[-4:]) == (True, stored.hint)
    return key, stored.key_id


def refusal(scene: Scene, key: str) -> object:
    """Return the problem with which the key is refused in a path; None: it is accepted."""
    try:
        scope = scene.ingest.authorize_path(key)
    except NotAdmitted as error:
        return error.problem
    assert (scope.class_id, scope.user_id, scope.in_path) == ("python-1", None, True)
    return None


def test_no_class_has_a_path_key_until_one_is_made(scene: Scene) -> None:
    assert [stored.in_path for stored in scene.classes.repository.keys("python-1")] == [False]
    assert refusal(scene, scene.key) == KEY_INVALID
    key, key_id = made(scene)
    assert refusal(scene, key) is None
    assert [(stored.key_id, stored.in_path) for stored in scene.classes.repository.keys("python-1")] == [
        (key_id, True), (scene.key_id, False)
    ]  # fmt: skip
    # A Redis that has lost its data is filled again with the same.
    scene.publish()
    assert (refusal(scene, key), refusal(scene, scene.key)) == (None, KEY_INVALID)


def test_only_a_digest_of_a_path_key_is_stored(scene: Scene) -> None:
    key, key_id = made(scene)
    with scene.engine.connect() as connection:
        row = connection.execute(select(ingest_keys).where(ingest_keys.c.id == key_id)).one()
    assert row.digest == digest(key)
    assert key not in str(row)


def test_a_path_key_opens_no_read_no_joining_and_is_no_bearer_token(scene: Scene) -> None:
    key, _ = made(scene)
    assert not scene.sends(key)
    with pytest.raises(NotAdmitted) as refused:
        scene.joining.join(key, None, "Ada")
    assert (refused.value.status, refused.value.problem) == (403, KEY_INVALID)
    assert scene.joining.guests("python-1") == []


def test_a_class_that_accepts_student_tokens_only_refuses_its_path_keys(scene: Scene) -> None:
    key, _ = made(scene)
    for students_only, problem in ((True, STUDENTS_ONLY), (False, None)):
        scene.classes.change("python-1", {"students_only": students_only}, revoke_student_tokens=False)
        assert refusal(scene, key) == problem


def test_a_path_key_is_revoked_at_once_and_expires(scene: Scene) -> None:
    (revoked, key_id), (short, _), (other, _) = made(scene), made(scene, life=timedelta(hours=1)), made(scene)
    guest = scene.guest()
    scene.classes.revoke_key("python-1", key_id)
    assert [refusal(scene, key) for key in (revoked, short, other)] == [KEY_INVALID, None, None]
    scene.now += timedelta(hours=2)
    assert [refusal(scene, key) for key in (revoked, short, other)] == [KEY_INVALID, KEY_INVALID, None]
    # Neither ends the class key or its guests.
    assert scene.sends(guest.token)
    with pytest.raises(NotFound) as unknown:
        scene.classes.revoke_key("python-1", 999_999)
    assert unknown.value.problem == KEY_UNKNOWN


def test_a_rotated_path_key_is_valid_for_the_overlap(scene: Scene) -> None:
    old, old_id = made(scene)
    new, new_id = made(scene, replaces=old_id, overlap=timedelta(minutes=5))
    assert [refusal(scene, key) for key in (old, new)] == [None, None]
    scene.now += timedelta(minutes=6)
    assert [refusal(scene, key) for key in (old, new)] == [KEY_INVALID, None]
    newest, _ = made(scene, replaces=new_id)
    assert [refusal(scene, key) for key in (new, newest)] == [KEY_INVALID, None]


def test_a_key_replaces_none_of_the_other_kind(scene: Scene) -> None:
    """Rotating the address of a class never ends the key of its guests."""
    key, key_id = made(scene)
    for replaces, in_path in ((scene.key_id, True), (key_id, False)):
        with pytest.raises(NotFound) as refused:
            scene.classes.make_key("python-1", None, replaces, NO_OVERLAP, in_path=in_path)
        assert refused.value.problem == REPLACED_KEY_UNKNOWN
    assert refusal(scene, key) is None
    assert scene.ingest.authorize(scene.key, is_local=False).class_id == "python-1"
    assert len(scene.classes.repository.keys("python-1")) == 2
