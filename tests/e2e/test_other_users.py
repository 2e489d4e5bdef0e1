"""Another user of the machine gets nothing: from no address, no file and no process of a running ClassPulse."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.attacker import NOBODY, attempt, need_another_user, request
from tests.e2e.stack import Stack, event, eventually, running

RUNTIME = "/2018-06-01/runtime"
# The messages of PostgreSQL's protocol: a startup as postgres in database classpulse, and a query.
STARTUP = b"\0\3\0\0user\0postgres\0database\0classpulse\0\0"
QUERY = b"Q\0\0\0\rSELECT 1\0"
# AuthenticationSASL: the server asks for a password.
ASKS_FOR_PASSWORD = ("R", "\0\0\0\n")


@pytest.fixture(scope="module")
def open_stack() -> Iterator[Stack]:
    """A system with a simulated class, in a directory that every user may enter, unlike pytest's."""
    need_another_user()
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        with running(Path(name) / "data", "--demo", "3") as found:
            eventually(found.stored_ids)
            yield found


def environments(stack: Stack) -> list[dict[str, str]]:
    """The variables of each worker."""
    found = []
    for process in stack.family():
        try:
            found.append(process.environ())
        except psutil.NoSuchProcess:
            continue
    return [one for one in found if "AWS_LAMBDA_RUNTIME_API" in one]


def secrets_of(stack: Stack) -> dict[str, str]:
    secrets: dict[str, str] = json.loads((Path(stack.ready["data_dir"]) / "keys.json").read_text())
    assert {"postgres", "redis", "instructor_token", "ingest_key", "signing_key", "control_token"} <= set(secrets)
    return secrets | {"aws": environments(stack)[0]["AWS_SECRET_ACCESS_KEY"]}


def as_nobody(*attempts: Any) -> list[Any]:
    return attempt(*attempts, user=NOBODY)


def test_no_runtime_api_answers_another_user(open_stack: Stack) -> None:
    ports = {int(one["AWS_LAMBDA_RUNTIME_API"].split(":")[1]) for one in environments(open_stack)}
    assert len(ports) >= 5
    for port in ports:
        tries = [request(port, f"GET {RUNTIME}/invocation/next"), request(port, f"POST {RUNTIME}/init/error", "{}")]
        # Another process of root gets no more than nobody does.
        for found in (as_nobody(*tries), attempt(*tries)):
            assert [answer.split(" ")[1] for answer in found] == ["403", "403"]
    open_stack.post([event("after-the-attack", "ada")])
    eventually(lambda: "after-the-attack" in open_stack.stored_ids())


def test_connections_and_the_control_api_refuse_another_user(open_stack: Stack) -> None:
    port = json.loads((Path(open_stack.ready["data_dir"]) / "control.json").read_text())["port"]
    key_id = environments(open_stack)[0]["AWS_ACCESS_KEY_ID"]
    # Even who knows the id of the key, as from a log, lacks the secret.
    scope = f"{key_id}/20260101/us-east-1/execute-api/aws4_request"
    signed = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature={'0' * 64}"
    tries = [
        request(port, f"{method} /live/@connections/x", authorization=signed, x_amz_date="20260101T000000Z")
        for method in ("POST", "GET", "DELETE")
    ]
    tries += [request(port, "POST /2015-03-31/functions/AdministerFunction/invocations", "{}")]
    tries += [request(port, "GET /_runner/status"), request(port, "GET /_runner/dead-letters/classpulse-events-dead")]
    public = open_stack.http.base_url.port
    assert public is not None
    tries += [request(public, f"GET /_runner/{name}", authorization="Bearer x") for name in ("status", "metrics")]
    assert [answer.split(" ")[1] for answer in as_nobody(*tries)] == ["403"] * len(tries)


def test_the_databases_refuse_another_user(open_stack: Stack) -> None:
    ports = {process.name(): connection.laddr.port for process in open_stack.family() for connection in
             process.net_connections("tcp") if connection.status == psutil.CONN_LISTEN}  # fmt: skip
    postgres, redis = ports["postgres"], ports["valkey-server"]
    startup = (len(STARTUP) + 4).to_bytes(4) + STARTUP
    commands = ("PING", "CONFIG GET requirepass", "ACL LIST", "KEYS *", "AUTH wrong")
    found = as_nobody(
        ("send", postgres, startup.decode("latin-1")),
        ("send", postgres, (startup + QUERY).decode("latin-1")),
        *(("send", redis, f"{command}\r\n") for command in commands),
    )
    for answer in found[:2]:
        assert (answer[0], answer[5:9]) == ASKS_FOR_PASSWORD
    assert [answer.split(" ")[0] for answer in found[2:]] == ["-NOAUTH"] * 4 + ["-WRONGPASS"]


def test_no_file_of_the_data_directory_is_open_to_others(open_stack: Stack) -> None:
    folder = Path(open_stack.ready["data_dir"])
    paths = [folder, *folder.rglob("*")]
    assert len(paths) > 100
    assert [path for path in paths if path.exists() and path.lstat().st_mode & 0o077] == []
    names = ("keys.json", "control.json", "control.token", "logs/IngestFunction.log", "logs/postgres.log",
             "redis/redis.conf", "postgres/PG_VERSION")  # fmt: skip
    found = as_nobody(("list", folder), *(("read", folder / name) for name in names), ("read", open_stack.ready_file))
    assert found == ["PermissionError"] * len(found)


def test_no_process_shows_a_secret_to_others(open_stack: Stack) -> None:
    secrets = secrets_of(open_stack)
    family = open_stack.family()
    assert any("demo" in process.cmdline() for process in family)
    pids = [process.pid for process in family]
    lines = as_nobody(*(("read", f"/proc/{pid}/cmdline") for pid in pids))
    assert any("postgres" in line for line in lines)
    for name, secret in secrets.items():
        assert not [line for line in lines if secret in line], name
    hidden: list[tuple[str, Any]] = [("read", f"/proc/{pid}/environ") for pid in pids] + [
        ("list", f"/proc/{pid}/fd") for pid in pids
    ]
    hidden += [("link", f"/proc/{pid}/cwd") for pid in pids] + [("signal", pid) for pid in pids]
    assert set(as_nobody(*hidden)) <= {"PermissionError", "FileNotFoundError", "ProcessLookupError"}


def test_no_secret_reaches_a_log_or_a_temporary_file(open_stack: Stack) -> None:
    folder = Path(open_stack.ready["data_dir"])
    secrets = secrets_of(open_stack)
    texts = {path: path.read_text(errors="replace") for path in (folder / "logs").iterdir()}
    # The output names the operator's one-time link, which is not a secret of the data directory.
    texts[open_stack.output_path] = open_stack.output_path.read_text()
    for name, secret in secrets.items():
        assert [path for path, text in texts.items() if secret in text] == [], name
    assert not list(folder.rglob("*password*"))
