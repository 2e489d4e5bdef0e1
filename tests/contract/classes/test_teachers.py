"""The teachers of a class who run cells do not count as its students."""

from datetime import timedelta

import pytest
from classpulse.classes.ports import RegisteredClass
from classpulse.classes.rosters import Student
from classpulse.identity.model import Grant, Principal, Role
from classpulse.identity.postgres import PostgresAccounts
from classpulse.ingest.privacy import ClassPolicy, pseudonym
from classpulse.progress.postgres import PostgresProgress
from classpulse.progress.postgres_facts import PostgresFacts
from classpulse.progress.updates import UPDATE, Changed
from classpulse.series.postgres import PostgresSeries
from classpulse.views.postgres import PostgresViews
from classpulse.views.service import Query
from sqlalchemy import Engine

from tests.builders import ERROR, NOW, make_event, make_fact, run
from tests.contract.classes.joining_scene import PRIVACY_KEY, Scene

pytestmark = pytest.mark.on_both_installations

CLASS, SATO = "python-1", "sato@example.edu"
ASSISTANT = Grant(Role.ASSISTANT)
START = make_event(second=0).event_time
END = START + timedelta(minutes=5)


@pytest.fixture
def facts(engine: Engine) -> PostgresFacts:
    return PostgresFacts(engine)


@pytest.fixture
def query(engine: Engine) -> Query:
    return Query(PostgresProgress(engine), PostgresViews(engine), PostgresSeries(engine), lambda: NOW)


def teachers(scene: Scene) -> list[str]:
    students = PostgresProgress(scene.engine).read_class(CLASS).students
    return [student.user_id for student in students if student.is_teacher]


def told(scene: Scene) -> list[dict[str, bool]]:
    """Return and forget what the dashboards were told about who is a teacher."""
    updates = [UPDATE.validate_json(message.body) for message in scene.updates.messages]
    scene.updates.messages.clear()
    return [
        {student.user_id: student.is_teacher for student in update.students}
        for update in updates
        if isinstance(update, Changed)
    ]


def test_a_member_s_first_event_is_a_teacher_s_whatever_its_case(scene: Scene, facts: PostgresFacts) -> None:
    scene.classes.appoint(CLASS, SATO, ASSISTANT)
    [stored] = facts.store([make_fact(CLASS, userId=name) for name in ("Sato@Example.edu", SATO, "u1")])
    assert {student.user_id: student.is_teacher for student in stored.students} == {
        "Sato@Example.edu": True, SATO: True, "u1": False
    }  # fmt: skip
    facts.store([make_fact(CLASS, userId=SATO), make_fact("another", userId=SATO)])
    assert teachers(scene) == ["Sato@Example.edu", SATO]
    assert not PostgresProgress(scene.engine).read_class("another").students[0].is_teacher


def test_appointing_and_dismissing_change_earlier_progress_and_notify_the_dashboards(
    scene: Scene, facts: PostgresFacts
) -> None:
    facts.store([make_fact(CLASS, userId=name) for name in (SATO, "u1")])
    revision = PostgresProgress(scene.engine).read_class(CLASS).revision
    scene.classes.appoint(CLASS, "Sato@example.edu", ASSISTANT)
    assert (teachers(scene), told(scene)) == ([SATO], [{SATO: True}])
    # The same role again changes nothing.
    scene.classes.appoint(CLASS, SATO, Grant(Role.ASSISTANT, "red"))
    assert told(scene) == []
    # An account that is created takes over the invitation: the address stays a teacher's.
    PostgresAccounts(scene.engine).create(SATO, "Sato", None, may_create_classes=False)
    facts.store([make_fact(CLASS, userId=SATO)])
    assert teachers(scene) == [SATO]
    scene.classes.appoint(CLASS, SATO, None)
    assert (teachers(scene), told(scene)[-1:]) == ([], [{SATO: False}])
    # One revision each: appointed, stored, dismissed.
    assert PostgresProgress(scene.engine).read_class(CLASS).revision == revision + 3


def test_a_pseudonymous_class_recognises_its_teachers_by_their_pseudonyms(scene: Scene, facts: PostgresFacts) -> None:
    scene.classes.change(CLASS, {"pseudonymous": True}, revoke_student_tokens=False)
    early, late = (pseudonym(PRIVACY_KEY, CLASS, name) for name in (SATO, "mori@example.edu"))
    facts.store([make_fact(CLASS, userId=early)])
    for email in (SATO, "mori@example.edu"):
        scene.classes.appoint(CLASS, email, ASSISTANT)
    facts.store([make_fact(CLASS, userId=name) for name in (late, pseudonym(PRIVACY_KEY, CLASS, "u1"))])
    assert teachers(scene) == sorted([early, late])


def test_who_is_on_the_roster_and_a_member_is_a_teacher_also_as_a_linked_guest(
    scene: Scene, facts: PostgresFacts
) -> None:
    scene.classes.replace_roster(CLASS, [Student(SATO, "Sato", "red"), Student("u1")])
    scene.classes.appoint(CLASS, SATO, ASSISTANT)
    guest = scene.guest().user_id
    facts.store([make_fact(CLASS, userId=name) for name in (SATO, guest)])
    assert teachers(scene) == [SATO]
    scene.joining.link_guest(CLASS, guest, SATO)
    assert teachers(scene) == sorted([guest, SATO])
    scene.joining.link_guest(CLASS, guest, "u1")
    assert teachers(scene) == [SATO]


def test_who_creates_a_class_is_its_teacher_and_the_operator_is_nobody(scene: Scene, facts: PostgresFacts) -> None:
    account = PostgresAccounts(scene.engine).create(SATO, "Sato", None, may_create_classes=True)
    assert account is not None
    principal = Principal(account.account_id, "Sato", may_create_classes=True)
    scene.classes.create(RegisteredClass("Own", ClassPolicy(class_id="own")), principal)
    facts.store([make_fact("own", userId=name) for name in (SATO, "operator", "u1")])
    students = PostgresProgress(scene.engine).read_class("own").students
    assert [student.user_id for student in students if student.is_teacher] == [SATO]


def test_no_number_or_row_of_a_class_counts_its_teachers(scene: Scene, facts: PostgresFacts, query: Query) -> None:
    def pages() -> list[object]:
        views = query.views
        return [
            [(line.students, line.events) for line in query.classes(None)],
            views.read_notebooks(CLASS),
            views.read_grid(CLASS, "a.ipynb").rows,
            views.read_grid_at(CLASS, "a.ipynb", START, END).rows,
            views.read_errors(CLASS, START, END),
            views.read_pace(CLASS, "a.ipynb", START, END),
            views.read_difficulty(CLASS, START, END),
            query.activity(CLASS, START, END),
        ]

    facts.store([run(1, "u1", 1), run(2, "u1", 2, **ERROR)])
    before = pages()
    facts.store([run(second, SATO, second % 2 + 1, **(ERROR if second % 3 else {})) for second in range(3, 60)])
    assert pages() != before
    scene.classes.appoint(CLASS, SATO, ASSISTANT)
    assert pages() == before
    # The teacher's own page and minutes still open, and a replay says who is a teacher.
    found = query.reader.read_student(CLASS, SATO)
    assert found is not None
    assert found[0].is_teacher
    [of_sato, _] = query.views.read_class_at(CLASS, START, END).students
    assert (of_sato.user_id, of_sato.is_teacher, of_sato.runs) == (SATO, True, 57)
    assert query.views.read_timeline(CLASS, SATO, 10).events
