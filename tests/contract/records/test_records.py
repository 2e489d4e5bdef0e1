"""The stored data of a student: exported, erased from every store, and expired."""

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from classpulse.core.errors import InvalidRequest
from classpulse.core.redis import make_redis
from classpulse.progress.attending import Note
from classpulse.progress.postgres import PostgresProgress
from classpulse.progress.postgres_attention import PostgresAttention
from classpulse.progress.postgres_facts import PostgresFacts
from classpulse.queues.dead_letters import RedisDeadLetters, SqsDeadLetters
from classpulse.queues.ports import DeadLetterQueue
from classpulse.records.commands import run_command
from classpulse.records.dead_letters import events_of, remove_student
from classpulse.views.postgres import PostgresViews
from moto.server import ThreadedMotoServer
from sqlalchemy import Engine, text

from tests.builders import NOW, Fields, make_batch, make_event, make_fact
from tests.contract.records.scene import CLASS, Letters, nothing, records_of, retained
from tests.streams import entries_of


def rows(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_an_export_has_all_stored_data_of_a_student(engine: Engine) -> None:
    PostgresFacts(engine).store([make_fact(eventId="a", code="print(1)"), make_fact(eventId="b", userId="bob")])
    found = run_command(
        {"command": "export", "classId": CLASS, "userId": "ada"}, records_of(engine, Letters()), nothing
    )
    assert [event["eventId"] for event in found["events"]] == ["a"]
    assert found["events"][0]["code"] == "print(1)"
    assert found["progress"]["runs"] == 1
    assert [cell["attempts"] for cell in found["cells"]] == [1]
    assert [event["eventId"] for event in found["deadLetters"]] == ["dead"]
    assert found["next"] is None
    json.dumps(found)


def test_a_large_export_is_paged(engine: Engine) -> None:
    for first in range(0, 700, 100):
        PostgresFacts(engine).store([make_fact(eventId=f"e{number}") for number in range(first, first + 100)])
    records = records_of(engine, Letters())
    first_page = records.export(CLASS, "ada")
    second_page = records.export(CLASS, "ada", first_page["next"])
    ids = [event["eventId"] for page in (first_page, second_page) for event in page["events"]]
    assert len(ids) == len(set(ids)) == 700
    assert second_page["next"] is None


def test_erasing_a_student_removes_its_data_and_leaves_the_others_unchanged(engine: Engine) -> None:
    store = PostgresFacts(engine)
    store.store([make_fact(eventId="a", hasError=True), make_fact(eventId="b"), make_fact(eventId="c", userId="bob")])
    store.store([make_fact("other-class", eventId="a")])
    PostgresAttention(engine).attend(CLASS, "ada", Note(action="note", note="is tired"), NOW)
    letters = Letters()
    answer = run_command({"command": "erase", "classId": CLASS, "userId": "ada"}, records_of(engine, letters), nothing)
    assert (answer["status"], answer["events"], answer["deadLetters"]) == ("erased", 2, 1)
    assert letters.bodies == []
    reader = PostgresProgress(engine)
    assert [student.user_id for student in reader.read_class(CLASS).students] == ["bob"]
    assert reader.read_student(CLASS, "ada") is None
    assert [event["eventId"] for event in reader.read_facts(CLASS, 0, 10).events] == ["c"]
    assert reader.read_student("other-class", "ada") is not None
    assert (rows(engine, "facts"), rows(engine, "cell_executions"), rows(engine, "students")) == (2, 2, 2)
    assert rows(engine, "attention") == 0
    store.store([make_fact(eventId="d")])
    assert reader.read_student(CLASS, "ada") is not None, "a student who returns starts from zero"


def test_raw_data_expires_and_progress_stays(engine: Engine) -> None:
    store = PostgresFacts(engine)
    run: Fields = {"code": "secret = 1", "result": "output", "hasError": True, "errorMessage": "KeyError: 'secret_key'"}
    store.store([make_fact(eventId="old", **run, ownField={"deep": "secret"}, sessionId="of the old one")])
    with engine.begin() as connection:
        connection.execute(text("UPDATE facts SET stored_at = stored_at - interval '31 days'"))
        connection.execute(text("UPDATE sessions SET last_received_at = now() - interval '31 days'"))
    store.store([make_fact(eventId="new", received_at=datetime.now(UTC), second=1, sessionId="of the new one", **run)])
    before = PostgresProgress(engine).read_class(CLASS).students
    now = datetime.now(UTC)
    records = records_of(engine, Letters(), days=30, now=now)
    assert retained(records, "raw data")["removed"] == 1
    assert retained(records, "raw data")["removed"] == 0
    assert [line.session_id for line in PostgresProgress(engine).read_sessions(CLASS, ["ada"])] == ["of the new one"]
    old, new = PostgresProgress(engine).read_facts(CLASS, 0, 10).events
    assert "secret" not in json.dumps(old)
    assert not {"code", "result", "errorMessage"} & set(old)
    groups = PostgresViews(engine).read_errors(CLASS, NOW - timedelta(hours=1), NOW)
    assert [(group.error_name, group.message) for group in groups] == [("KeyError", ""), ("KeyError", "'secret_key'")]
    assert new["code"] == "secret = 1"
    assert PostgresProgress(engine).read_class(CLASS).students == before


@pytest.mark.parametrize(
    "event_type",
    ["cell_executed", "cell_started", "notebook_saved", "notebook_opened", "help", "a_clients_own_type"],
)
@pytest.mark.parametrize("cell_type", ["code", "markdown", None])
def test_everything_raw_of_every_event_type_expires_by_the_time_of_storing(
    engine: Engine, event_type: str, cell_type: str | None
) -> None:
    raw: Fields = {
        "code": "secret_code", "result": "secret_result", "hasError": True, "errorMessage": "KeyError: 'secret_error'",
        "metadata": {"deep": ["secret_metadata"]}, "ownField": {"secret_name": "secret_field"},
        "sessionId": "secret_session", "eventType": event_type, "cellType": cell_type,
    }  # fmt: skip
    store = PostgresFacts(engine)
    # The newer one was stored first, so that ids do not follow the time of storing.
    store.store([make_fact(eventId="new", second=1, **raw)])
    store.store([make_fact(eventId="old", **raw)])
    with engine.begin() as connection:
        connection.execute(text("UPDATE facts SET stored_at = stored_at - interval '31 days' WHERE event_id = 'old'"))
    records = records_of(engine, Letters(), days=30, now=datetime.now(UTC))
    assert retained(records, "raw data")["removed"] == 1
    events = {event["eventId"]: event for event in PostgresProgress(engine).read_facts(CLASS, 0, 10).events}
    assert "secret" not in json.dumps(events["old"])
    for mark in ("secret_code", "secret_result", "secret_error", "secret_metadata", "secret_field", "secret_session"):
        assert mark in json.dumps(events["new"])
    assert retained(records, "raw data")["removed"] == 0


def test_more_old_events_than_one_transaction_clears_expire_at_once(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("postgres", "postgres_retention"):
        monkeypatch.setattr(f"classpulse.records.{module}.AT_ONCE", 3)
    PostgresFacts(engine).store([make_fact(code="secret") for _ in range(7)])
    later = datetime.now(UTC) + timedelta(days=31)
    assert retained(records_of(engine, Letters(), days=30, now=later), "raw data")["removed"] == 7
    assert rows(engine, "facts WHERE raw") == 0
    assert rows(engine, "cell_executions WHERE code IS NOT NULL") == 0


def test_notes_expire_with_the_last_change_of_their_student(engine: Engine) -> None:
    PostgresFacts(engine).store([make_fact(), make_fact(userId="bob")])
    now = datetime.now(UTC)
    for user_id, moment in (("ada", now - timedelta(days=31)), ("bob", now)):
        PostgresAttention(engine).attend(CLASS, user_id, Note(action="note", note="is tired"), moment)
    assert retained(records_of(engine, Letters(), days=30, now=now), "notes")["removed"] == 1
    notes = {student.user_id: student.attention for student in PostgresProgress(engine).read_class(CLASS).students}
    assert {user_id: found.note for user_id, found in notes.items() if found} == {"ada": None, "bob": "is tired"}


def test_raw_data_never_expires_without_a_retention_period_and_dead_letters_do(engine: Engine) -> None:
    forever = records_of(engine, Letters(), days=0)
    assert (retained(forever, "raw data")["before"], retained(forever, "raw data")["removed"]) == (None, 0)
    assert retained(forever, "dead letters")["before"] == (NOW - timedelta(days=14)).isoformat()
    shorter = records_of(engine, Letters(), days=3)
    assert retained(shorter, "dead letters")["before"] == (NOW - timedelta(days=3)).isoformat()


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"command": "drop"},
        {"command": "erase"},
        {"command": "retain", "more": 1},
        {"command": "export", "classId": 1},
    ],
)
def test_an_unknown_command_is_refused_with_the_valid_ones(engine: Engine, event: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest, match="command"):
        run_command(event, records_of(engine, Letters()), nothing)


BODIES = [
    make_batch(make_event(eventId="1"), make_event(eventId="2", userId="bob")).to_json(),
    make_batch(make_event(eventId="3")).to_json(),
    make_batch(make_event(eventId="4", classId="other-class")).to_json(),
    "no batch",
]


def check_letters(letters: DeadLetterQueue, bodies: Callable[[], list[str]]) -> None:
    assert letters.drop_older(datetime.now(UTC) - timedelta(hours=1)) == 0
    assert {event.event_id for event in events_of(letters, CLASS, ["ada"])} == {"1", "3"}
    assert remove_student(letters, CLASS, ["ada"]) == 2
    assert events_of(letters, CLASS, ["ada"]) == []
    assert {event.event_id for event in events_of(letters, CLASS, ["bob"])} == {"2"}
    assert {event.event_id for event in events_of(letters, "other-class", ["ada"])} == {"4"}
    left = bodies()
    assert len(left) == 3
    assert "no batch" in left


def check_age(letters: DeadLetterQueue, bodies: Callable[[], list[str]]) -> None:
    assert letters.drop_older(datetime.now(UTC) + timedelta(hours=1)) == 3
    assert bodies() == []


def test_only_the_students_events_are_erased_from_the_letters_of_a_stream(redis_url: str) -> None:
    client = make_redis(redis_url)
    for body in BODIES:
        client.xadd("queue:dead", {"body": body, "attributes": '{"reason": "why"}'})
    box = RedisDeadLetters(f"{redis_url}#dead")
    check_letters(box, lambda: [fields["body"] for _, fields in entries_of(client, "queue:dead")])
    assert {fields["attributes"] for _, fields in entries_of(client, "queue:dead")} == {'{"reason": "why"}'}
    check_age(box, lambda: [fields["body"] for _, fields in entries_of(client, "queue:dead")])
    client.close()
    box._redis.close()


def test_only_the_students_events_are_erased_from_the_letters_of_sqs() -> None:
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client(
        "sqs",
        endpoint_url=f"http://{host}:{port}",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    try:
        url = client.create_queue(QueueName=f"dead-{uuid.uuid4().hex}")["QueueUrl"]
        for body in BODIES:
            client.send_message(QueueUrl=url, MessageBody=body)

        def bodies() -> list[str]:
            answer = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
            return [message["Body"] for message in answer.get("Messages", [])]

        check_letters(SqsDeadLetters(url, client), bodies)
        check_age(SqsDeadLetters(url, client), bodies)
    finally:
        client.close()
        server.stop()


def test_the_anonymised_line_of_a_point_has_no_user_id() -> None:
    from classpulse.series.points import to_erased_line, to_line

    fact = make_fact(eventId="a", notebookPath="a b.ipynb", hasError=True)
    line, erased = to_line(fact), to_erased_line(fact)
    assert "ada" in line
    assert "ada" not in erased
    assert (line.rpartition(" user_id=")[0], line.rpartition(" ")[2]) == (
        erased.rpartition(" user_id=")[0],
        erased.rpartition(" ")[2],
    )
