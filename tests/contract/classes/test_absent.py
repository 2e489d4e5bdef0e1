"""The students on the roster who have sent nothing are absent."""

import pytest
from classpulse.classes.rosters import Student
from classpulse.identity.model import Grant, Role
from classpulse.ingest.privacy import pseudonym
from classpulse.progress.postgres_facts import PostgresFacts
from classpulse.views.postgres import PostgresViews

from tests.builders import make_fact
from tests.contract.classes.joining_scene import PRIVACY_KEY, Scene

pytestmark = pytest.mark.on_both_installations

CLASS = "python-1"


def absent(scene: Scene, team_name: str | None = None) -> list[tuple[str, str | None, str | None]]:
    found = PostgresViews(scene.engine).read_absent(CLASS, team_name)
    return [(student.user_id, student.user_name, student.team_name) for student in found]


def test_a_student_is_absent_until_the_first_event(scene: Scene) -> None:
    assert absent(scene) == [("u1", "Ada", "red"), ("u2", "Bob", "blue")]
    assert absent(scene, "blue") == [("u2", "Bob", "blue")]
    scene.stored("u1", "hello")
    assert absent(scene) == [("u2", "Bob", "blue")]
    assert absent(scene, "red") == []
    assert PostgresViews(scene.engine).read_absent("another class") == []


def test_a_pseudonymous_class_names_the_absent_by_pseudonym_and_without_names(scene: Scene) -> None:
    scene.stored("u1", "before the class was pseudonymous")
    scene.classes.change(CLASS, {"pseudonymous": True}, revoke_student_tokens=False)
    stored_as = pseudonym(PRIVACY_KEY, CLASS, "u2")
    assert absent(scene) == [(stored_as, None, "blue")]
    scene.stored(stored_as, "hello")
    assert absent(scene) == []


def test_a_student_whose_linked_guest_has_sent_something_is_present(scene: Scene) -> None:
    guest = scene.guest().user_id
    scene.joining.link_guest(CLASS, guest, "u2")
    assert [user_id for user_id, _, _ in absent(scene)] == ["u1", "u2"]
    PostgresFacts(scene.engine).store([make_fact(CLASS, userId=guest)])
    assert [user_id for user_id, _, _ in absent(scene)] == ["u1"]


def test_a_member_on_the_roster_is_not_missed(scene: Scene) -> None:
    scene.classes.replace_roster(CLASS, [Student("Sato@example.edu"), Student("u1")])
    scene.classes.appoint(CLASS, "sato@example.edu", Grant(Role.ASSISTANT))
    assert [user_id for user_id, _, _ in absent(scene)] == ["u1"]
