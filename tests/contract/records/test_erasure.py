"""Erasure by either id, again after a restore, and with a receipt that names every store."""

import json
from datetime import timedelta
from typing import Any

import pytest
from classpulse.core.errors import NotFound
from classpulse.core.problems import ErrorCode
from classpulse.core.redis import make_redis
from classpulse.core.schema import metadata
from classpulse.ingest.privacy import pseudonym
from classpulse.ingest.rate_limits import RedisRateLimiter
from classpulse.progress.postgres import PostgresProgress
from classpulse.progress.postgres_facts import PostgresFacts
from classpulse.progress.updates import Changed
from classpulse.records.commands import run_command
from classpulse.records.dead_letters import remove_student
from classpulse.records.postgres_erasure import STUDENT_TABLES
from classpulse.records.redis import RedisCache
from classpulse.records.service import Records
from sqlalchemy import Engine, text

from tests.builders import NOW, make_fact
from tests.contract.records.scene import CLASS, KEY, Letters, NoCache, erasure_of, nothing, records_of
from tests.fakes.erasures import MemoryJournal
from tests.fakes.progress import MemoryStore

pytestmark = pytest.mark.on_both_installations

HOUR = timedelta(hours=1)
ADA = pseudonym(KEY, CLASS, "ada")


class NoLetters(Letters):
    """An empty dead-letter queue."""

    def __init__(self) -> None:
        self.bodies = []


def enrol(engine: Engine, *user_ids: str) -> None:
    """Put students on the roster of a registered class."""
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO classes (name) VALUES (:name) ON CONFLICT DO NOTHING"), {"name": CLASS})
        for user_id in user_ids:
            line = {"class": CLASS, "user": user_id, "pseudonym": pseudonym(KEY, CLASS, user_id), "now": NOW}
            connection.execute(
                text(
                    "INSERT INTO roster (class_id, user_id, pseudonym, user_name, joined_at, created_at)"
                    " SELECT id, :user, :pseudonym, 'Name of ' || :user, :now, :now FROM classes WHERE name = :class"
                ),
                line,
            )


def user_ids(engine: Engine, table: str) -> set[str]:
    with engine.connect() as connection:
        return set(connection.execute(text(f"SELECT user_id FROM {table}")).scalars())


def erase(records: Records, user_id: str) -> dict[str, Any]:
    return run_command({"command": "erase", "classId": CLASS, "userId": user_id}, records, nothing)


@pytest.mark.parametrize("given", ["ada", ADA])
def test_either_id_exports_and_erases_all_that_is_stored_under_both(engine: Engine, given: str) -> None:
    enrol(engine, "ada", "bob")
    store = PostgresFacts(engine)
    store.store([make_fact(eventId="before the switch", sessionId="tab-1")])
    store.store([make_fact(eventId="after the switch", userId=ADA, sessionId="tab-2")])
    store.store([make_fact(eventId="another", userId="bob")])
    records = records_of(engine, Letters())
    shown = run_command({"command": "export", "classId": CLASS, "userId": given}, records, nothing)
    assert {event["eventId"] for event in shown["events"]} == {"before the switch", "after the switch"}
    assert [line["userName"] for line in shown["roster"]] == ["Name of ada"]
    assert {line["sessionId"] for line in shown["sessions"]} == {"tab-1", "tab-2"}
    assert [event["eventId"] for event in shown["deadLetters"]] == ["dead"]
    answer = erase(records, given)
    assert (answer["status"], answer["events"], answer["deadLetters"]) == ("erased", 2, 1)
    assert user_ids(engine, "students") == user_ids(engine, "roster") == {"bob"}
    with engine.connect() as connection:
        assert connection.execute(text("SELECT session_id FROM sessions")).scalars().all() == [""]


@pytest.mark.parametrize("given", ["ada", ADA])
def test_a_student_of_the_roster_who_never_sent_an_event_is_erased(engine: Engine, given: str) -> None:
    enrol(engine, "ada")
    assert erase(records_of(engine, NoLetters()), given)["status"] == "erased"
    assert user_ids(engine, "roster") == set()


@pytest.mark.parametrize("command", ["export", "erase"])
def test_an_unknown_student_is_an_error(engine: Engine, command: str) -> None:
    PostgresFacts(engine).store([make_fact(userId="bob")])
    event = {"command": command, "classId": CLASS, "userId": "adda"}
    with pytest.raises(NotFound) as refused:
        run_command(event, records_of(engine, Letters()), nothing)
    assert refused.value.problem.code == ErrorCode.STUDENT_UNKNOWN


def test_a_student_who_is_erased_already_is_reported_as_such(engine: Engine) -> None:
    PostgresFacts(engine).store([make_fact()])
    records = records_of(engine, Letters())
    erased_at = erase(records, "ada")["erasedAt"]
    assert erase(records, "ada") == {"status": "already erased", "erasedAt": erased_at, "events": 0, "deadLetters": 0}
    shown = records.export(CLASS, "ada")
    assert (shown["erasedAt"], shown["events"], shown["roster"]) == (erased_at, [], [])


def test_the_receipt_names_every_store_and_what_it_could_not_reach(engine: Engine) -> None:
    PostgresFacts(engine).store([make_fact()])
    receipt = {line["store"]: line for line in erase(records_of(engine, Letters()), "ada")["stores"]}
    assert receipt.keys() == {
        "PostgreSQL", "time series", "dead letters", "queues", "Redis", "erasure journal", "dashboards",
    }  # fmt: skip
    assert "rewritten" in receipt["PostgreSQL"]["done"]
    assert "backups, snapshots" in receipt["PostgreSQL"]["notReached"]
    assert "snapshots" in receipt["Redis"]["notReached"]
    assert "ada" not in json.dumps(receipt)


def test_a_restored_database_is_erased_again_and_later_events_stay(engine: Engine) -> None:
    store, journal = PostgresFacts(engine), MemoryJournal()
    enrol(engine, "ada", "bob")
    store.store([make_fact(eventId="1"), make_fact(eventId="2", userId="bob")])
    erasure = erasure_of(engine, NoLetters(), lambda: NOW + HOUR, journal)
    erasure(CLASS, "ada")
    assert erasure.reapply() == {"erasures": 2, "erasedAgain": 0}
    # The backup is older than the erasure.
    enrol(engine, "ada")
    store.store([make_fact(eventId="1")])
    assert erasure.reapply() == {"erasures": 2, "erasedAgain": 1}
    assert user_ids(engine, "students") == user_ids(engine, "roster") == {"bob"}
    # A student who comes back after the erasure starts anew.
    later = make_fact(eventId="3", eventTime="2026-04-01T11:00:00Z", received_at=NOW + 2 * HOUR)
    store.store([later])
    assert erasure.reapply()["erasedAgain"] == 0
    assert user_ids(engine, "students") == {"ada", "bob"}


def test_a_batch_that_was_being_stored_during_the_erasure_is_erased_within_a_minute(engine: Engine) -> None:
    store, cache = PostgresFacts(engine), NoCache()
    store.store([make_fact(eventId="1")])
    erasure = erasure_of(engine, NoLetters(), lambda: NOW + HOUR, cache=cache)
    erasure(CLASS, "ada")
    # Its events were looked up before the tombstone was published, and stored after the deletion.
    store.store([make_fact(eventId="2")])
    cache.compacted = 0
    assert erasure.publish()["erasedAgain"] == 1
    assert user_ids(engine, "students") == set()
    assert cache.compacted > 0


def test_names_of_notebooks_and_cells_that_only_the_student_used_are_forgotten(engine: Engine) -> None:
    store = PostgresFacts(engine)
    store.store([make_fact(notebookPath="ada-lovelace.ipynb", cellId="own"), make_fact(cellId="own too")])
    store.store([make_fact(userId="bob", cellId="shared"), make_fact(cellId="shared")])
    erase(records_of(engine, NoLetters()), "ada")
    with engine.connect() as connection:
        paths = set(connection.execute(text("SELECT path FROM notebooks")).scalars())
        cells = set(connection.execute(text("SELECT name FROM cells")).scalars())
    assert {name for name in paths | cells if not name.startswith("(erased) ")} == {"lesson1.ipynb", "shared"}
    assert PostgresProgress(engine).read_student(CLASS, "bob") is not None


def test_the_names_that_the_student_gave_notebooks_are_exported_and_erased(engine: Engine) -> None:
    store, records = PostgresFacts(engine), records_of(engine, NoLetters())
    store.store([make_fact(userId="bob"), make_fact()])
    rename = make_fact(eventType="notebook_renamed", oldPath="lesson1.ipynb", notebookPath="ada-lovelace.ipynb")
    store.store([rename])
    names = [{"path": "ada-lovelace.ipynb", "notebookPath": "lesson1.ipynb"}]
    assert (records.export(CLASS, "ada")["notebookNames"], records.export(CLASS, "bob")["notebookNames"]) == (names, [])
    erase(records, "ada")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT path FROM notebook_names")).all() == []


def test_a_class_with_renamed_notebooks_is_erased(engine: Engine) -> None:
    rename = make_fact(eventType="notebook_renamed", oldPath="lesson1.ipynb", notebookPath="ada.ipynb")
    PostgresFacts(engine).store([make_fact(), rename])
    assert records_of(engine, NoLetters()).erase_class(CLASS)["students"] == 1
    with engine.connect() as connection:
        assert connection.execute(text("SELECT path FROM notebooks UNION SELECT path FROM notebook_names")).all() == []


def test_every_table_with_a_user_id_is_erased() -> None:
    named = {table.name for table in metadata.sorted_tables if "user_id" in table.c}
    assert named == {"students", *(table.name for table in STUDENT_TABLES)}


def test_updates_and_unreadable_letters_about_the_student_are_removed() -> None:
    memory = MemoryStore(lambda: NOW)
    [stored] = memory.store([make_fact(userId="ada"), make_fact(userId="bob")])
    update = Changed(class_id=CLASS, revision=1, students=stored.students, cells=stored.cells)
    letters = NoLetters()
    elsewhere = update.model_copy(update={"class_id": "python-2"}).to_json()
    letters.bodies = [update.to_json(), elsewhere, '{"half a batch": {"userId": "ada"', '{"userId": "adam"']
    assert remove_student(letters, CLASS, ["ada"]) == 3
    rest, *others = letters.bodies
    assert '"ada"' not in rest
    assert '"bob"' in rest
    assert others == [elsewhere, '{"userId": "adam"']


def test_rate_limits_of_the_student_are_removed_from_redis(redis_url: str) -> None:
    client = make_redis(redis_url)
    RedisRateLimiter(client, 10).seconds_to_wait({(CLASS, "a*a"): 1, (CLASS, "ada"): 1, ("python-2", "a*a"): 1})
    assert RedisCache(client).forget(CLASS, ["a*a", ADA]) == 1
    assert len(client.keys("limit:*")) == 2
    client.close()


def test_the_append_only_file_is_rewritten(redis_url: str) -> None:
    client = make_redis(redis_url)
    client.set("key", "value")
    client.delete("key")
    found = RedisCache(client).compact()
    assert found.done == "the append-only file was rewritten"
    assert client.info("persistence")["aof_last_bgrewrite_status"] == "ok"
    client.close()


def test_a_server_without_an_append_only_file_is_named_in_the_receipt(redis_url: str) -> None:
    client = make_redis(redis_url)
    try:
        client.config_set("appendonly", "no")
        assert RedisCache(client).compact().done == "the server keeps no append-only file"
    finally:
        client.config_set("appendonly", "yes")
        client.close()


@pytest.mark.parametrize("given", ["ada", "guest-1", "guest-2"])
def test_a_student_is_erased_with_the_guests_that_were_linked_and_every_token(engine: Engine, given: str) -> None:
    enrol(engine, "ada", "bob")
    links = {"guest-1": "ada", "guest-2": "ada", "guest-3": "bob", "guest-4": None}
    with engine.begin() as connection:
        for user_id, linked in links.items():
            names = {"class": CLASS, "user": user_id, "pseudonym": pseudonym(KEY, CLASS, user_id), "linked": linked}
            connection.execute(
                text(
                    "INSERT INTO guests (class_id, user_id, pseudonym, roster_user_id, joined_at)"
                    " SELECT id, :user, :pseudonym, :linked, now() FROM classes WHERE name = :class"
                ),
                names,
            )
        for user_id in ("ada", "bob", *links):
            connection.execute(
                text(
                    "INSERT INTO student_tokens (id, class_id, user_id, issued_at, expires_at)"
                    " SELECT gen_random_uuid(), id, :user, now(), now() + interval '1 day'"
                    " FROM classes WHERE name = :name"
                ),
                {"user": user_id, "name": CLASS},
            )
    PostgresFacts(engine).store([make_fact(eventId=user_id, userId=user_id) for user_id in ("ada", "bob", *links)])
    assert erase(records_of(engine, NoLetters()), given)["events"] == 3
    left = {"bob", "guest-3", "guest-4"}
    assert user_ids(engine, "students") == user_ids(engine, "student_tokens") == left
    assert user_ids(engine, "guests") == left - {"bob"}
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM revoked_tokens")).scalar() == 3
