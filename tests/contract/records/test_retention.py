"""Retention of every kind of data, with proof that it ran; the end of a class."""

from datetime import UTC, date, datetime, timedelta

import pytest
from classpulse.core.access_tables import ingest_keys, refresh_tokens
from classpulse.core.errors import NotFound
from classpulse.core.schema import metadata
from classpulse.core.tables import classes
from classpulse.ingest.privacy import pseudonym
from classpulse.progress.attending import Note
from classpulse.progress.postgres import PostgresProgress
from classpulse.progress.postgres_attention import PostgresAttention
from classpulse.progress.postgres_facts import PostgresFacts
from classpulse.records.audit import AuditEntry
from classpulse.records.commands import run_command
from classpulse.records.postgres_audit import PostgresAuditLog
from sqlalchemy import Engine, func, insert, select, text

from tests.builders import make_fact
from tests.contract.records.scene import CLASS, KEY, Letters, nothing, records_of, retained

pytestmark = pytest.mark.on_both_installations

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
KINDS = {
    "raw data", "notes", "dead letters", "ended classes", "inactive students", "sign-ins", "class keys", "audit log",
    "proofs of retention",
}  # fmt: skip


def register(engine: Engine, class_id: str, ends_on: date | None) -> None:
    """Register a class with a member, a key and a student on its roster."""
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO classes (name) VALUES (:name) ON CONFLICT DO NOTHING"), {"name": class_id})
        number = connection.execute(select(classes.c.id).where(classes.c.name == class_id)).scalar_one()
        values = {"class": number, "ends": ends_on, "pseudonym": pseudonym(KEY, class_id, "ada")}
        for statement in (
            "INSERT INTO class_policies (class_id, title, privacy, pseudonymous, redact, students_only, tokens_from,"
            " ends_on) VALUES (:class, 'Title', 'full', false, true, false, 0, :ends)",
            "INSERT INTO accounts (email, name) VALUES ('grace@example.org', 'Grace') ON CONFLICT DO NOTHING",
            "INSERT INTO memberships (account_id, class_id, role) SELECT id, :class, 'instructor' FROM accounts",
            "INSERT INTO ingest_keys (class_id, digest, hint) VALUES (:class, 'digest ' || :class, 'hint')",
            "INSERT INTO roster (class_id, user_id, pseudonym) VALUES (:class, 'ada', :pseudonym)",
            "INSERT INTO consents (class_id, user_id, level) VALUES (:class, 'ada', 'hash')",
        ):
            connection.execute(text(statement), {name: values[name] for name in values if f":{name}" in statement})


def rows_of(engine: Engine) -> dict[str, int]:
    """Return the number of rows of every table that belongs to classes."""
    others = {"accounts", "audit_log", "retention_runs", "refresh_tokens"}
    with engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
            if table.name not in others
        }


def test_every_kind_of_data_has_a_proof_that_retention_ran(engine: Engine) -> None:
    records = records_of(engine, Letters(), days=30, class_days=100, audit_days=200, now=NOW)
    run_command({"command": "retain"}, records, nothing)
    proofs = {run.kind: run for run in PostgresAuditLog(engine).last_runs()}
    assert proofs.keys() == KINDS
    assert {kind: (NOW - run.before) // DAY for kind, run in proofs.items() if run.before} == {
        "raw data": 30, "notes": 30, "dead letters": 14, "ended classes": 100, "inactive students": 100, "sign-ins": 1,
        "class keys": 200, "audit log": 200, "proofs of retention": 200,
    }  # fmt: skip
    assert all(run.at == NOW and run.seconds >= 0 for run in proofs.values())
    run_command({"command": "retain"}, records_of(engine, Letters(), days=0, now=NOW + DAY), nothing)
    unlimited = {run.kind for run in PostgresAuditLog(engine).last_runs() if run.before is None}
    assert unlimited == KINDS - {"dead letters", "sign-ins"}


def test_a_class_is_erased_some_days_after_its_last_day_and_leaves_no_row(engine: Engine) -> None:
    empty = rows_of(engine)
    store = PostgresFacts(engine)
    store.store([make_fact(), make_fact(userId="bob"), make_fact("python-2"), make_fact("default")])
    PostgresAttention(engine).attend(CLASS, "ada", Note(action="note", note="is tired"), NOW)
    register(engine, CLASS, date(2026, 4, 1))
    letters = Letters()
    PostgresAuditLog(engine).record(AuditEntry("Grace", "student.look", CLASS, "ada"))
    # A class that ends on a day lasts until its end.
    for days, erased in ((30, 0), (31, 1), (32, 0)):
        records = records_of(engine, letters, class_days=30, now=NOW + days * DAY)
        assert retained(records, "ended classes")["removed"] == erased
    assert [line.class_id for line in PostgresProgress(engine).read_classes()] == ["default", "python-2"]
    assert letters.bodies == []
    [*_, looked] = PostgresAuditLog(engine).read(CLASS, None, 9)
    assert looked.entry.action == "student.look"
    assert looked.entry.subject != "ada"
    for other in ("python-2", "default"):
        run_command({"command": "erase-class", "classId": other}, records_of(engine, letters), nothing)
    assert rows_of(engine) == empty
    with pytest.raises(NotFound):
        run_command({"command": "erase-class", "classId": CLASS}, records_of(engine, letters), nothing)


def test_the_events_of_an_erased_class_are_not_stored_afterwards(engine: Engine) -> None:
    PostgresFacts(engine).store([make_fact()])
    records = records_of(engine, Letters(), now=NOW)
    answer = run_command({"command": "erase-class", "classId": CLASS}, records, nothing)
    assert (answer["status"], answer["students"], answer["deadLetters"]) == ("erased", 1, 1)
    assert records.erase.erased_at(CLASS, ["ada"]) == NOW


def test_students_without_events_for_so_long_are_erased_in_every_class(engine: Engine) -> None:
    store = PostgresFacts(engine)
    store.store([make_fact("default", userId="old"), make_fact(userId="old")])
    store.store([make_fact("default", userId="new", received_at=NOW + 50 * DAY)])
    records = records_of(engine, Letters(), class_days=100, now=NOW + 101 * DAY)
    assert retained(records, "inactive students")["removed"] == 2
    assert retained(records, "inactive students")["removed"] == 0
    reader = PostgresProgress(engine)
    assert [student.user_id for student in reader.read_class("default").students] == ["new"]
    assert reader.read_class(CLASS).students == []


def test_expired_sign_ins_and_dead_keys_are_removed(engine: Engine) -> None:
    register(engine, CLASS, None)
    with engine.begin() as connection:
        for name, expires in (("old", NOW - 2 * DAY), ("young", NOW + DAY)):
            family = {"family": "00000000-0000-0000-0000-000000000000", "digest": name, "expires_at": expires}
            connection.execute(insert(refresh_tokens).values(family))
        number = connection.execute(select(classes.c.id)).scalar_one()
        for name, change in (
            ("expired", {"expires_at": NOW - 11 * DAY}),
            ("revoked", {"revoked_at": NOW - 11 * DAY}),
            ("just revoked", {"revoked_at": NOW - 9 * DAY}),
        ):
            connection.execute(insert(ingest_keys).values(class_id=number, digest=name, hint="hint", **change))
    records = records_of(engine, Letters(), audit_days=10, now=NOW)
    proofs = {proof["kind"]: proof["removed"] for proof in records.retain()}
    assert (proofs["sign-ins"], proofs["class keys"]) == (1, 2)
    with engine.connect() as connection:
        left = set(connection.execute(select(ingest_keys.c.digest)).scalars())
    assert left == {"just revoked", f"digest {number}"}
