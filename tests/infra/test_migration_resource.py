"""MigrateFunction as CloudFormation's custom resource: it always answers, and a release can be rolled back."""

import importlib.util
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from classpulse.core.errors import IncompatibleSchema
from sqlalchemy import create_engine, text

from tests.servers import LoopThread, embedded_postgres

FOLDER = Path(__file__).parents[2] / "infra" / "migrations"
NEWEST = max(path.name for path in (FOLDER / "versions").glob("0*.py"))[:4]
REQUEST = {
    "RequestType": "Update",
    "StackId": "arn:aws:cloudformation:eu-west-1:000000000000:stack/classpulse/1",
    "RequestId": "request-1",
    "LogicalResourceId": "Migration",
    "PhysicalResourceId": "schema",
    "ResourceType": "Custom::Migration",
    "ResourceProperties": {"Release": "1234567890"},
}


@contextmanager
def cloudformation() -> Iterator[tuple[str, list[tuple[str, dict[str, Any]]]]]:
    """Yield the URL of a bucket for answers, and the answers that it received: (content type, body)."""
    answers: list[tuple[str, dict[str, Any]]] = []

    class Bucket(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answers.append((self.headers["Content-Type"], json.loads(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Bucket)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/answer?X-Amz-Signature=1", answers
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("migrate_handler", FOLDER / "handler.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def revision_of(database_url: str) -> str:
    engine = create_engine(database_url.replace("postgresql://", "postgresql+pg8000://"))
    with engine.connect() as connection:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    engine.dispose()
    return str(found)


def set_revision(database_url: str, revision: str) -> None:
    engine = create_engine(database_url.replace("postgresql://", "postgresql+pg8000://"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    engine.dispose()


def ask(database_url: str, monkeypatch: pytest.MonkeyPatch, patience: float = 0, **changes: str) -> dict[str, Any]:
    """Return the answer to CloudFormation."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    with cloudformation() as (url, answers):
        migrate = load()
        monkeypatch.setattr(migrate, "PATIENCE_SECONDS", patience)
        # Lambda would retry after an exception.
        migrate.handler(REQUEST | changes | {"ResponseURL": url}, None)
    [(content_type, answer)] = answers
    assert content_type == ""
    for name in ("StackId", "RequestId", "LogicalResourceId"):
        assert answer[name] == REQUEST[name]
    return answer


def test_a_new_stack_gets_its_schema_and_the_revision(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = ask(empty_database_url, monkeypatch, RequestType="Create")
    assert (answer["Status"], answer["Data"], answer["PhysicalResourceId"]) == (
        "SUCCESS",
        {"revision": NEWEST},
        "schema",
    )
    assert revision_of(empty_database_url) == NEWEST


def test_a_rollback_keeps_the_newer_schema(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    set_revision(database_url, "9999")
    answer = ask(database_url, monkeypatch)
    assert (answer["Status"], answer["Data"]) == ("SUCCESS", {"revision": "9999"})
    assert revision_of(database_url) == "9999"


@pytest.mark.parametrize("revision", ["0001", "0006"])
def test_the_schema_of_an_unreleased_version_fails_the_release_with_a_remedy(
    database_url: str, monkeypatch: pytest.MonkeyPatch, revision: str
) -> None:
    set_revision(database_url, revision)
    answer = ask(database_url, monkeypatch)
    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == (
        f"the schema was not migrated: the database holds the schema {revision} of an older, unreleased ClassPulse:"
        " start with a new data directory (--data-dir), or drop the database and create it again"
    )
    assert revision_of(database_url) == revision


@pytest.mark.parametrize(
    ("revision", "origin"), [("0006", "older, unreleased ClassPulse"), ("9999", "newer ClassPulse")]
)
def test_an_invocation_fails_on_a_schema_that_cannot_be_migrated(
    database_url: str, monkeypatch: pytest.MonkeyPatch, revision: str, origin: str
) -> None:
    set_revision(database_url, revision)
    monkeypatch.setenv("DATABASE_URL", database_url)
    with pytest.raises(IncompatibleSchema, match=f"the schema {revision} of an? {origin}: .*--data-dir") as caught:
        load().handler({}, None)
    assert "\n" not in str(caught.value)
    assert revision_of(database_url) == revision


def test_deleting_the_stack_leaves_the_schema(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(empty_database_url, monkeypatch, RequestType="Delete")["Status"] == "SUCCESS"
    engine = create_engine(empty_database_url.replace("postgresql://", "postgresql+pg8000://"))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT to_regclass('alembic_version')")).scalar_one() is None
    engine.dispose()


def test_an_unavailable_database_fails_the_release_without_revealing_its_password(
    unused_port: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"postgresql://user:a-password@127.0.0.1:{unused_port}/database"
    answer = ask(url, monkeypatch)
    assert "the schema was not migrated" in caplog.text
    assert "a-password" not in caplog.text
    assert answer["Status"] == "FAILED"
    assert "see the function's log" in answer["Reason"]
    assert "a-password" not in json.dumps(answer)


def test_a_migration_waits_for_a_database_that_is_not_reachable_yet(
    tmp_path: Path, loop_thread: LoopThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("classpulse.core.migrate._PAUSE", 0.1)
    server = embedded_postgres(tmp_path / "server")
    loop_thread.run(server.start())
    loop_thread.run(server.stop())
    starting = threading.Timer(1, lambda: loop_thread.run(server.start_again()))
    starting.start()
    try:
        answer = ask(server.url, monkeypatch, patience=60, RequestType="Create")
    finally:
        starting.join()
        loop_thread.run(server.stop())
    assert (answer["Status"], answer["Data"]) == ("SUCCESS", {"revision": NEWEST})
