"""A student withdraws consent: what is stored is what would have been stored at the lower level from the beginning."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from classpulse.classes.postgres_enrolments import PostgresEnrolments
from classpulse.core.access_tables import student_tokens
from classpulse.core.privacy_level import PrivacyLevel
from classpulse.core.tables import classes
from classpulse.identity.tokens import JwtTokens
from classpulse.ingest.batches import Fact
from classpulse.ingest.erasures import ErasureFilter
from classpulse.ingest.ports import StudentToken
from classpulse.ingest.privacy import pseudonym, reduced
from classpulse.progress.postgres import PostgresProgress
from classpulse.progress.postgres_facts import PostgresFacts
from classpulse.records.about_me import AboutMe
from classpulse.records.postgres_consents import PostgresConsents
from classpulse.records.withdraw import Withdraw
from sqlalchemy import Engine, insert, select, text

from tests.builders import NOW, Fields, make_event, make_fact
from tests.contract.records.scene import CLASS, KEY, Letters, erasure_of
from tests.fakes.erasures import MemoryErasures

pytestmark = pytest.mark.on_both_installations

TOKENS = JwtTokens(["a-signing-key-of-the-tests-0123456789"])
LOWER = [PrivacyLevel.ERRORS, PrivacyLevel.HASH, PrivacyLevel.PRESENCE]
SECRET: Fields = {
    "code": "secret_code",
    "result": "secret_result",
    "metadata": {"m": "secret_meta"},
    "own": "secret_own",
}


def withdraw_of(engine: Engine, erasures: MemoryErasures) -> Withdraw:
    about_me = AboutMe(
        PostgresProgress(engine), PostgresEnrolments(engine), TOKENS, lambda: NOW, privacy_key=KEY, raw_data_days=0
    )
    return Withdraw(about_me, PostgresConsents(engine), erasures)


def register(engine: Engine, *, pseudonymous: bool = False) -> str:
    """Register the class; return Ada's token."""
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO classes (name) VALUES (:name) ON CONFLICT DO NOTHING"), {"name": CLASS})
        connection.execute(
            text(
                "INSERT INTO class_policies"
                " (class_id, title, privacy, pseudonymous, redact, students_only, tokens_from)"
                " SELECT id, 'Title', 'full', :pseudonymous, true, false, 0 FROM classes WHERE name = :name"
            ),
            {"name": CLASS, "pseudonymous": pseudonymous},
        )
        token = StudentToken(CLASS, "ada", NOW - timedelta(hours=1), NOW + timedelta(hours=1))
        stored = {"id": token.token_id, "user_id": "ada", "issued_at": token.issued_at, "expires_at": token.expires_at}
        number = select(classes.c.id).where(classes.c.name == CLASS).scalar_subquery()
        connection.execute(insert(student_tokens).values(class_id=number, **stored))
    return TOKENS.student(token)


def facts_of(class_id: str, user_id: str = "ada") -> list[Fact]:
    """Return a student's work: failed and successful runs, a start, Markdown, and events of other types."""
    work: list[dict[str, Any]] = [
        {"errorMessage": "KeyError: 'secret_error'", "hasError": True, **SECRET},
        {"hasError": False, "executionCount": 2, "executionDurationMs": 1.5, **SECRET},
        {"cellId": "c2", "errorMessage": "TypeError: secret_error", "hasError": True, "executionCount": 3},
        {"eventType": "cell_started", "cellId": "c3", **SECRET},
        {"cellType": "markdown", "hasError": False, **SECRET},
        {"eventType": "notebook_saved", "cellId": None, "consent": "full", **SECRET},
        {"eventType": "help", "notebookPath": None},
        {"cellId": "c1", "hasError": True, "errorMessage": "no name"},
        {"eventType": "own", "hasError": True, "sessionId": "session", "claimedEventTime": "2031-01-01T00:00:00Z"},
    ]
    return [
        make_fact(class_id, eventId=f"e{second}", second=second, userId=user_id, **fields)
        for second, fields in enumerate(work)
    ]


def state_of(engine: Engine, class_id: str) -> Any:
    """Return everything that is read of a class, without what differs between two classes."""
    reader = PostgresProgress(engine)
    found = reader.read_student(class_id, "ada")
    assert found is not None
    student, cells = found
    hidden = {"storedAt", "classId"}
    events = [
        {name: value for name, value in event.items() if name not in hidden}
        for event in reader.read_facts(class_id, 0, 99, ["ada"]).events
    ]
    return student.model_copy(update={"revision": 0}), cells, sorted(events, key=lambda event: event["eventId"])


def orderings_of(engine: Engine, class_id: str) -> list[Sequence[Any]]:
    """Return the hidden columns by which later events are folded."""
    with engine.connect() as connection:
        return [
            tuple(row)
            for query in (
                "SELECT p.ok_at, p.error_at, p.turn_at FROM progress p JOIN classes c ON c.id = p.class_id"
                " JOIN students s ON s.id = p.student_id WHERE c.name = :name AND s.user_id = 'ada'",
                "SELECT t.turn_at, t.error_at, t.first_ok FROM cell_progress t JOIN students s ON s.id = t.student_id"
                " JOIN classes c ON c.id = s.class_id JOIN cells ON cells.id = t.cell_id"
                " WHERE c.name = :name AND s.user_id = 'ada' ORDER BY cells.name",
            )
            for row in connection.execute(text(query), {"name": class_id})
        ]


@pytest.mark.parametrize("level", LOWER)
def test_what_is_stored_becomes_what_the_lower_level_would_have_stored(engine: Engine, level: PrivacyLevel) -> None:
    store, reader = PostgresFacts(engine), PostgresProgress(engine)
    store.store([*facts_of(CLASS), make_fact(eventId="bobs", userId="bob", **SECRET)])
    before = reader.read_class(CLASS).revision
    expected = [Fact(reduced(fact.event, CLASS, level, KEY), "other", NOW) for fact in facts_of(CLASS)]
    store.store(expected)
    withdrawn = withdraw_of(engine, MemoryErasures())(register(engine), level)
    assert withdrawn is not None
    assert (withdrawn.level, withdrawn.cleared > 0) == (level, True)
    assert state_of(engine, CLASS) == state_of(engine, "other")
    assert orderings_of(engine, CLASS) == orderings_of(engine, "other")
    if level is not PrivacyLevel.ERRORS:
        assert "secret" not in json.dumps(state_of(engine, CLASS)[2])
    # Another student keeps everything, and dashboards read the class again.
    assert reader.read_facts(CLASS, 0, 99, ["bob"]).events[0]["code"] == "secret_code"
    after = reader.read_class(CLASS)
    assert after.revision == before + 1
    assert {student.user_id: student.revision for student in after.students}["ada"] == after.revision


def test_more_facts_than_are_read_at_a_time_are_cleared(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("classpulse.records.postgres_consents.AT_ONCE", 2)
    PostgresFacts(engine).store([make_fact(**SECRET) for _ in range(5)])
    withdrawn = withdraw_of(engine, MemoryErasures())(register(engine), PrivacyLevel.PRESENCE)
    assert withdrawn is not None
    assert withdrawn.cleared == 5


@pytest.mark.parametrize("pseudonymous", [True, False])
def test_later_events_are_stored_at_the_lower_level(engine: Engine, pseudonymous: bool) -> None:
    erasures = MemoryErasures()
    token = register(engine, pseudonymous=pseudonymous)
    withdrawn = withdraw_of(engine, erasures)(token, PrivacyLevel.PRESENCE)
    assert withdrawn is not None
    not_erased = ErasureFilter(erasures, KEY)
    for user_id in ("ada", pseudonym(KEY, CLASS, "ada")):
        [kept] = not_erased([make_fact(userId=user_id, **SECRET)])
        assert "secret" not in kept.event.model_dump_json()
    [other] = not_erased([make_fact(userId="bob", **SECRET)])
    assert other.event.code == "secret_code"
    # After Redis has lost its data, the next publication restores the level.
    lost = MemoryErasures()
    erasure = erasure_of(engine, Letters(), lambda: NOW)
    type(erasure)(erasure.stores, erasure.journal, lost, lambda: NOW, KEY).publish()
    [kept] = ErasureFilter(lost, KEY)([make_fact(**SECRET)])
    assert "secret" not in kept.event.model_dump_json()


def test_a_level_is_never_raised_and_code_that_is_a_hash_is_not_hashed_again(engine: Engine) -> None:
    PostgresFacts(engine).store([make_fact(**SECRET)])
    token, withdraw = register(engine), withdraw_of(engine, MemoryErasures())
    levels = [withdraw(token, level) for level in (PrivacyLevel.HASH, PrivacyLevel.ERRORS, PrivacyLevel.HASH)]
    assert [(found.level, found.cleared) for found in levels if found] == [
        (PrivacyLevel.HASH, 1),
        (PrivacyLevel.HASH, 0),
        (PrivacyLevel.HASH, 0),
    ]
    event = make_event(code="hmac-sha256:1")
    assert reduced(event, CLASS, PrivacyLevel.HASH, KEY).code == "hmac-sha256:1"
    assert reduced(event, CLASS, PrivacyLevel.PRESENCE, KEY).code is None


def test_only_a_valid_student_token_withdraws(engine: Engine) -> None:
    register(engine)
    assert withdraw_of(engine, MemoryErasures())("no token", PrivacyLevel.PRESENCE) is None
