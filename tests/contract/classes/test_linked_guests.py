"""A guest whom a teacher links to the roster has the roster's name and team in progress, and is told to dashboards."""

import pytest
from classpulse.ingest.privacy import pseudonym
from classpulse.progress.postgres import PostgresProgress
from classpulse.progress.postgres_facts import PostgresFacts
from classpulse.progress.updates import UPDATE, Changed

from tests.builders import make_fact
from tests.contract.classes.joining_scene import PRIVACY_KEY, Scene

pytestmark = pytest.mark.on_both_installations

CLASS = "python-1"


def names(scene: Scene, user_id: str) -> tuple[str | None, str | None]:
    student = PostgresProgress(scene.engine).read_student(CLASS, user_id)
    assert student is not None
    return student[0].user_name, student[0].team_name


def told(scene: Scene) -> list[Changed]:
    updates = [UPDATE.validate_json(message.body) for message in scene.updates.messages]
    return [update for update in updates if isinstance(update, Changed)]


@pytest.mark.parametrize("pseudonymous", [False, True])
def test_a_link_gives_a_guest_the_rosters_name_and_team_and_unlinking_takes_them(
    scene: Scene, pseudonymous: bool
) -> None:
    scene.classes.change(CLASS, {"pseudonymous": pseudonymous}, revoke_student_tokens=False)
    guest = scene.guest("Bob?").user_id
    stored_as = pseudonym(PRIVACY_KEY, CLASS, guest) if pseudonymous else guest
    store = PostgresFacts(scene.engine)
    store.store([make_fact(CLASS, userId=stored_as, userName="Bob?", teamName="blue", second=1)])
    assert names(scene, stored_as) == ("Bob?", None)
    scene.joining.link_guest(CLASS, guest, "u1")
    expected = ("Bob?" if pseudonymous else "Ada", "red")
    assert names(scene, stored_as) == expected
    [update] = told(scene)
    assert ([student.user_id for student in update.students], update.changed_teams) == ([stored_as], ["red"])
    store.store([make_fact(CLASS, userId=stored_as, userName="Bob?", teamName="blue", second=2)])
    assert names(scene, stored_as) == expected
    scene.joining.link_guest(CLASS, guest, None)
    assert names(scene, stored_as) == ("Bob?", None)
    assert told(scene)[-1].changed_teams == ["red"]


def test_a_removed_guest_loses_the_rosters_team(scene: Scene) -> None:
    guest = scene.guest().user_id
    PostgresFacts(scene.engine).store([make_fact(CLASS, userId=guest)])
    scene.joining.link_guest(CLASS, guest, "u2")
    assert names(scene, guest) == ("Bob", "blue")
    scene.joining.remove_guest(CLASS, guest)
    assert names(scene, guest)[1] is None
    assert [update.changed_teams for update in told(scene)] == [["blue"], ["blue"]]
