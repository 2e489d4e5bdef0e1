"""The AuditLog port, in memory and on PostgreSQL, which refuses to change an entry."""

from datetime import UTC, datetime, timedelta

import pytest
from classpulse.records.audit import AuditEntry, AuditLog, RetentionRun
from classpulse.records.postgres_audit import PostgresAuditLog
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from tests.fakes.audit import MemoryAuditLog

pytestmark = pytest.mark.on_both_installations

LOOK = AuditEntry("Grace (account 1)", "student.look", "python-1", "ada")
HOUR = timedelta(hours=1)


@pytest.fixture(params=["memory", "postgres"])
def log(request: pytest.FixtureRequest) -> AuditLog:
    if request.param == "memory":
        return MemoryAuditLog(lambda: datetime.now(UTC))
    return PostgresAuditLog(request.getfixturevalue("engine"))


def test_entries_are_read_newest_first_page_by_page_and_by_class(log: AuditLog) -> None:
    for number in range(5):
        log.record(AuditEntry("operator", f"act-{number}", "python-1" if number % 2 else None, detail={"n": number}))
    everything = log.read(None, None, 3)
    assert [one.entry.action for one in everything] == ["act-4", "act-3", "act-2"]
    assert [one.entry.action for one in log.read(None, everything[-1].entry_id, 3)] == ["act-1", "act-0"]
    assert [one.entry.action for one in log.read("python-1", None, 9)] == ["act-3", "act-1"]
    assert everything[0].entry.detail == {"n": 4}
    assert everything[0].entry.subject is None


def test_looks_at_an_open_page_are_one_entry(log: AuditLog) -> None:
    others = [AuditEntry("Alan (account 2)", LOOK.action, LOOK.class_id, LOOK.subject), AuditEntry("operator", "x")]
    for entry in (LOOK, LOOK, *others, *others, LOOK):
        log.record(entry, once_in_minutes=15)
    assert len(log.read(None, None, 9)) == 3
    log.record(LOOK)
    assert len(log.read(None, None, 9)) == 4


def test_thousands_of_entries_are_appended_at_once(log: AuditLog) -> None:
    log.record_all([AuditEntry("operator", "token.create", "python-1", f"student-{number}") for number in range(2500)])
    newest = log.read("python-1", None, 3000)
    assert [one.entry.subject for one in newest] == [f"student-{number}" for number in reversed(range(2500))]


def test_an_erased_student_is_named_by_a_hash_and_what_was_done_stays(log: AuditLog) -> None:
    log.record(LOOK)
    log.record(AuditEntry("operator", "student.look", "python-2", "ada"))
    assert log.pseudonymise("python-1", ["ada", "s-1"], "hash") == 1
    entries = {one.entry.class_id: one.entry for one in log.read(None, None, 9)}
    assert entries["python-1"] == AuditEntry(LOOK.actor, LOOK.action, "python-1", "hash")
    assert entries["python-2"].subject == "ada"


def test_only_retention_deletes_entries_and_only_old_ones(log: AuditLog) -> None:
    log.record(LOOK)
    assert log.forget(datetime.now(UTC) - HOUR) == 0
    assert log.forget(datetime.now(UTC) + HOUR) == 1
    assert log.read(None, None, 9) == []


def test_the_proofs_of_retention_are_kept_and_the_latest_of_each_kind_is_found(log: AuditLog) -> None:
    now = datetime.now(UTC)
    runs = [
        RetentionRun(now - HOUR, "raw data", now - 90 * 24 * HOUR, 7, 0.5),
        RetentionRun(now - HOUR, "notes", None, 0, 0.0),
        RetentionRun(now, "raw data", now - 89 * 24 * HOUR, 1, 0.1),
    ]
    for run in runs:
        log.record_run(run)
    assert log.last_runs() == [runs[1], runs[2]]
    assert log.runs(2) == [runs[2], runs[1]]
    assert log.forget_runs(now - timedelta(minutes=1)) == 2
    assert log.runs(9) == [runs[2]]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET actor = 'nobody'",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
        "SELECT forget_audit(now() - interval '1 day'); DELETE FROM audit_log",
    ],
)
def test_the_database_refuses_to_change_the_audit_log(engine: Engine, statement: str) -> None:
    log = PostgresAuditLog(engine)
    log.record(LOOK)
    *before, last = statement.split(";")
    with engine.connect() as connection:
        for part in before:
            connection.execute(text(part))
        with pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text(last))
    assert [one.entry for one in log.read(None, None, 9)] == [LOOK]
