"""In a class with a roster, the roster gives teams and names, whatever events claim."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from classpulse.classes.ports import RegisteredClass, RosterEntry
from classpulse.classes.postgres import PostgresClassRepository
from classpulse.classes.rosters import Student
from classpulse.classes.service import Classes
from classpulse.identity.ending import Disconnect
from classpulse.ingest.privacy import ClassPolicy, pseudonym
from classpulse.progress.updates import UPDATE, Changed

from tests.builders import NOW, make_fact
from tests.contract.progress.stores import Postgres, stored_ids
from tests.fakes.identity import MemoryTickets
from tests.fakes.ingest import MemoryPolicyCache
from tests.fakes.queues import MemoryQueue
from tests.threads import in_threads

pytestmark = pytest.mark.on_both_installations

CLASS, KEY = "python-1", b"a privacy key of the tests"
Names = tuple[str | None, str | None]


class Scene:
    """A registered class, its roster, and its students' progress."""

    def __init__(self, database_url: str) -> None:
        self.store = Postgres(database_url)
        self.updates = MemoryQueue()
        engine, cache = self.store.engine, MemoryPolicyCache()
        self.repository = PostgresClassRepository(engine, cache)
        self.classes = Classes(
            self.repository,
            Disconnect(MemoryTickets(), self.updates),
            self.updates,
            lambda: NOW,
            privacy_key=KEY,
        )

    def register(self, *, pseudonymous: bool = False) -> None:
        policy = ClassPolicy(class_id=CLASS, pseudonymous=pseudonymous)
        assert self.repository.register(RegisteredClass("Python", policy), None)

    def claim(self, user_id: str, second: int, **names: Any) -> frozenset[str]:
        """Store an event with names; return the teams that changed by it."""
        (stored,) = self.store.store([make_fact(CLASS, userId=user_id, second=second, **names)])
        return stored.changed_teams

    def names(self) -> dict[str, Names]:
        return {
            student.user_id: (student.user_name, student.team_name) for student in self.store.read_class(CLASS).students
        }

    def updated(self) -> list[Changed]:
        """Return and forget the queued updates."""
        found = [UPDATE.validate_json(message.body) for message in self.updates.messages]
        self.updates.messages.clear()
        return [update for update in found if isinstance(update, Changed)]


@pytest.fixture
def scene(database_url: str) -> Iterator[Scene]:
    found = Scene(database_url)
    yield found
    found.store.engine.dispose()


@pytest.mark.parametrize("pseudonymous", [False, True])
@pytest.mark.parametrize("team", ["red", None])
def test_an_event_does_not_move_a_student_of_the_roster_to_another_team(
    scene: Scene, pseudonymous: bool, team: str | None
) -> None:
    scene.register(pseudonymous=pseudonymous)
    scene.classes.replace_roster(CLASS, [Student("ada", None, team)])
    stored_as = pseudonym(KEY, CLASS, "ada") if pseudonymous else "ada"
    assert scene.claim(stored_as, 1, teamName="blue") == frozenset()
    assert scene.names() == {stored_as: (None, team)}
    scene.claim(stored_as, 2, teamName="green")
    assert scene.names() == {stored_as: (None, team)}
    assert scene.store.read_facts(CLASS, 0, 9, team_name="blue").events == []


def test_a_student_whom_the_roster_does_not_list_has_no_team(scene: Scene) -> None:
    scene.register()
    scene.classes.replace_roster(CLASS, [Student("ada", None, "red")])
    scene.claim("eve", 1, teamName="red", userName="Eve")
    assert scene.names() == {"eve": ("Eve", None)}


def test_without_a_roster_events_give_teams_and_names(scene: Scene) -> None:
    scene.claim("ada", 1, teamName="blue", userName="Ada")
    assert scene.names() == {"ada": ("Ada", "blue")}
    scene.repository.register(RegisteredClass("Python", ClassPolicy(class_id=CLASS)), None)
    assert scene.claim("ada", 2, teamName="red") == {"blue", "red"}
    assert scene.names() == {"ada": ("Ada", "red")}


def test_the_roster_s_name_wins_where_it_has_one_and_a_pseudonymous_class_keeps_none(scene: Scene) -> None:
    scene.register()
    scene.classes.replace_roster(CLASS, [Student("ada", "Ada Lovelace"), Student("bob")])
    for user_id in ("ada", "bob"):
        scene.claim(user_id, 1, userName="Mallory")
    assert scene.names() == {"ada": ("Ada Lovelace", None), "bob": ("Mallory", None)}
    scene.repository.change(CLASS, {"pseudonymous": True})
    stored_as = pseudonym(KEY, CLASS, "ada")
    scene.claim(stored_as, 2)
    assert scene.names()[stored_as] == (None, None)


def test_replacing_the_roster_moves_students_and_notifies_the_dashboards(scene: Scene) -> None:
    scene.register()
    for user_id in ("ada", "bob", "cid"):
        scene.claim(user_id, 1, teamName="blue")
    scene.classes.replace_roster(CLASS, [Student("ada", "Ada", "red"), Student("bob", None, "blue")])
    (update,) = scene.updated()
    assert (update.revision, update.changed_teams) == (4, ["blue", "red"])
    assert {student.user_id: student.team_name for student in update.students} == {"ada": "red", "cid": None}
    assert {student.revision for student in update.students} == {4}
    found = scene.store.read_class(CLASS)
    assert (found.revision, [student for student in found.students if student.revision == 4]) == (4, update.students)
    scene.classes.replace_roster(CLASS, [Student("ada", "Ada", "red"), Student("bob", None, "blue")])
    assert (scene.updated(), scene.store.read_class(CLASS).revision) == ([], 4)
    # Without a roster, what events claimed counts again.
    scene.classes.replace_roster(CLASS, [])
    assert scene.updated()[0].changed_teams == ["blue", "red"]
    assert scene.names() == {"ada": (None, "blue"), "bob": (None, "blue"), "cid": (None, "blue")}


def test_a_roster_replaced_while_events_are_stored_leaves_no_student_in_another_team(scene: Scene) -> None:
    scene.register()
    users = [f"u{number}" for number in range(20)]
    revisions: list[int | None] = []

    def store(number: int) -> None:
        for second in range(10):
            facts = [make_fact(CLASS, userId=user, second=second, teamName="blue") for user in users[number::2]]
            revisions.extend(stored.revision for stored in scene.store.store(facts))

    def replace(_: int) -> None:
        for team in ("a", "b", "c", "red"):
            entries = [RosterEntry(user, f"s-{user}", None, team, None) for user in users]
            if update := scene.repository.replace_roster(CLASS, entries).update:
                revisions.append(update.revision)

    works: list[Callable[[int], None]] = [store, store, replace]
    in_threads(3, lambda index: works[index](index))
    assert {team for _, team in scene.names().values()} == {"red"}
    assert len(stored_ids(scene.store, CLASS)) == 200
    assert sorted(number for number in revisions if number) == [*range(1, scene.store.read_class(CLASS).revision + 1)]
