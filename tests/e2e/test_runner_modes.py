"""local_runner.py in its other modes, and its subcommands against a running system."""

import json
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
import redis
from websockets.exceptions import ConnectionClosed

from tests.e2e.stack import ROOT, Stack, event, eventually, receive, running
from tests.sqs_server import sqs_server
from tests.streams import entries_of

RUNNER = (sys.executable, str(ROOT / "local_runner.py"))
TIP = "/api/v1/classes"


@pytest.fixture(scope="module")
def sqs_endpoint() -> Iterator[str]:
    with sqs_server() as endpoint:
        yield endpoint


def workers(stack: Stack) -> list[psutil.Process]:
    """Return the worker processes."""
    return [process for process in stack.family() if "awslambdaric" in process.cmdline()]


def working_directories(stack: Stack) -> set[str]:
    """Return the working directories of the workers: one for each function."""
    return {Path(process.cwd()).name for process in workers(stack)}


def command(stack: Stack, *arguments: str, given: str | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*RUNNER, "--data-dir", stack.ready["data_dir"], *arguments],
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def output_of(stack: Stack, *arguments: str) -> str:
    """Run a command that must succeed; return its output."""
    found = command(stack, *arguments)
    assert (found.returncode, found.stderr) == (0, "")
    return found.stdout


def assert_an_event_reaches_the_dashboard(stack: Stack) -> None:
    """Follow an event from POST to the socket and to REST, and send a message on the socket."""
    event_id = uuid.uuid4().hex
    with stack.socket() as socket:
        assert receive(socket, "snapshot")["classId"] == "default"
        assert stack.post([event(event_id)]).status_code == 202
        [student] = receive(socket, "progress")["students"]
        assert student["userId"] == "ada"
        socket.send('{"action": "ping"}')
        assert receive(socket, "pong")["serverTime"]
    eventually(lambda: stack.stored_ids() == [event_id])
    assert stack.get("classes/default/progress")["students"][0]["runs"] == 1


def test_in_process_runs_every_function_in_one_process(tmp_path: Path) -> None:
    with running(tmp_path / "data", "--in-process") as stack:
        assert workers(stack) == []
        assert_an_event_reaches_the_dashboard(stack)
        assert workers(stack) == []


@pytest.mark.parametrize("mode", [(), ("--in-process",)])
def test_an_sqs_endpoint_replaces_the_streams(tmp_path: Path, sqs_endpoint: str, mode: tuple[str, ...]) -> None:
    httpx.post(f"{sqs_endpoint}/moto-api/reset", trust_env=False)
    with running(tmp_path / "data", "--queues", "sqs", "--aws-endpoint", sqs_endpoint, *mode) as stack:
        assert_an_event_reaches_the_dashboard(stack)
        assert "classpulse-events " in output_of(stack, "queues")
        found = command(stack, "dlq", "list", "classpulse-events-dead")
        assert (found.returncode, found.stdout) == (2, "")
        assert "aws sqs" in found.stderr


def test_a_missing_or_unreachable_sqs_endpoint_is_a_one_line_error(tmp_path: Path, unused_port: int) -> None:
    for arguments, says in (
        (("--aws-endpoint", f"http://127.0.0.1:{unused_port}"), "is it up?"),
        ((), "--queues sqs needs --aws-endpoint URL"),
    ):
        options = ("--port", "0", "--data-dir", str(tmp_path / "data"), "--queues", "sqs", *arguments)
        found = subprocess.run([*RUNNER, *options], capture_output=True, text=True, timeout=90, check=False)
        assert (found.returncode, says in found.stderr.splitlines()[-1]) == (2, True), found.stderr
        assert "Traceback" not in found.stderr


def test_only_the_debugged_function_runs_in_the_runner_process(tmp_path: Path) -> None:
    with running(tmp_path / "data", "--debug", "IngestFunction") as stack:
        assert_an_event_reaches_the_dashboard(stack)
        assert "ingest" not in working_directories(stack)
        assert {"consume", "query"} <= working_directories(stack)


def test_debugging_an_unknown_function_names_the_known_ones(tmp_path: Path) -> None:
    options = ("--port", "0", "--data-dir", str(tmp_path / "data"), "--debug", "NoFunction")
    found = subprocess.run([*RUNNER, *options], capture_output=True, text=True, timeout=60, check=False)
    assert (found.returncode, "IngestFunction" in found.stderr.splitlines()[-1]) == (2, True)


@pytest.mark.parametrize("mode", [(), ("--in-process",)])
def test_changed_code_runs_without_a_restart(tmp_path: Path, mode: tuple[str, ...]) -> None:
    for folder in ("functions", "layers", "infra"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "template.yaml", tmp_path)
    layer = tmp_path / "layers" / "common" / "python" / "classpulse" / "apps" / "query.py"
    handler = tmp_path / "functions" / "query" / "handler.py"
    with running(tmp_path / "data", "--template", str(tmp_path / "template.yaml"), *mode) as stack:
        assert stack.http.get("/").json()["message"].startswith("Welcome to ClassPulse")
        text = layer.read_text()
        assert "Welcome to ClassPulse" in text
        layer.write_text(text.replace("Welcome to ClassPulse", "Welcome to the new layer"))
        eventually(lambda: stack.http.get("/").json()["message"].startswith("Welcome to the new layer"))
        assert stack.post([event("kept")]).status_code == 202
        handler.write_text("def handler(event, context):\n    return {'statusCode': 200, 'body': 'new handler'}\n")
        eventually(lambda: stack.http.get(TIP).text == "new handler")
        handler.write_text("no Python at all\n")
        eventually(lambda: stack.http.get(TIP).status_code == 502)
        handler.write_text((ROOT / "functions" / "query" / "handler.py").read_text())
        eventually(lambda: stack.http.get(TIP).status_code == 200)
        eventually(lambda: stack.stored_ids() == ["kept"])


@pytest.fixture(scope="module")
def on_redis(tmp_path_factory: pytest.TempPathFactory, redis_server_url: str) -> Iterator[Stack]:
    """A system whose queues a test can reach, with a short idle timeout of its sockets."""
    environment = {"REDIS_URL": redis_server_url}
    data_dir = tmp_path_factory.mktemp("on-redis") / "data"
    with running(data_dir, "--socket-idle-seconds", "1", environment=environment) as found:
        yield found


@pytest.fixture
def queues(redis_server_url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_server_url, decode_responses=True) as client:
        yield client


def test_only_idle_sockets_are_closed(on_redis: Stack) -> None:
    with on_redis.socket() as silent:
        with on_redis.socket() as talking:
            while not is_closed(silent):
                talking.send('{"action": "ping"}')
                assert receive(talking, "pong")
        assert (silent.close_code, silent.close_reason) == (1001, "Going away")


def is_closed(socket: Any) -> bool:
    try:
        socket.recv(0.1)
    except TimeoutError:
        return False
    except ConnectionClosed:
        return True
    return False


def test_commands_fail_with_a_message_when_no_runner_works(stack: Stack, tmp_path: Path) -> None:
    for arguments in (("queues",), ("dlq", "list"), ("invoke", "Fn", "--event", "-")):
        options = ["--data-dir", str(tmp_path / "nobody"), *arguments]
        found = subprocess.run([*RUNNER, *options], input="{}", capture_output=True, text=True, timeout=60, check=False)
        assert (found.returncode, found.stdout) == (2, "")
        assert "no runner works in" in found.stderr


def test_commands_invoke_a_function_and_show_its_log(stack: Stack, tmp_path: Path) -> None:
    (tmp_path / "event.json").write_text('{"Records": []}')
    for source, given in (("-", '{"Records": []}'), (str(tmp_path / "event.json"), None)):
        found = command(stack, "invoke", "ConsumeFunction", "--event", source, given=given)
        assert (found.returncode, json.loads(found.stdout)) == (0, {"batchItemFailures": []}), found.stderr
    failed = command(stack, "invoke", "ConsumeFunction", "--event", "-", given="{}")
    assert (failed.returncode, json.loads(failed.stdout)["errorType"]) == (1, "KeyError")
    lines = [json.loads(line) for line in output_of(stack, "logs", "ConsumeFunction", "--lines", "1000").splitlines()]
    assert {"START", "END", "REPORT", "LINE"} <= {line["kind"] for line in lines}
    assert [line["entry"].get("errorType") for line in lines if "entry" in line].count("KeyError") == 1
    assert len(output_of(stack, "logs", "ConsumeFunction", "--lines", "3").splitlines()) == 3
    for arguments, says in (
        (("invoke", "NoFunction", "--event", "-"), "ConsumeFunction"),
        (("invoke", "ConsumeFunction", "--event", str(tmp_path / "no.json")), "No such file"),
        (("logs", "NoFunction"), "ConsumeFunction"),
    ):
        refused = command(stack, *arguments, given="{}")
        assert (refused.returncode, says in refused.stderr) == (2, True)
    assert command(stack, "invoke", "ConsumeFunction", "--event", "-", given="{").returncode == 2


DEAD = "classpulse-events-dead"


def test_a_dead_letter_is_listed_shown_redriven_and_dropped(on_redis: Stack, queues: redis.Redis) -> None:
    queues.xadd("queue:classpulse-events", {"body": "no batch at all"})
    [(first, _)] = eventually(lambda: entries_of(queues, f"queue:{DEAD}"))
    assert "no batch at all" in output_of(on_redis, "dlq", "list")
    assert first in output_of(on_redis, "dlq", "list", DEAD)
    shown = json.loads(output_of(on_redis, "dlq", "show", DEAD, first))
    assert (shown["letter_id"], shown["body"]) == (first, "no batch at all")
    assert shown["attributes"]["reason"]
    [row] = [line for line in output_of(on_redis, "queues").splitlines() if line.startswith(f"{DEAD} ")]
    assert (row.split()[1:3], "(dead letters)" in row) == (["1", "0"], True)
    assert output_of(on_redis, "dlq", "redrive", DEAD, first) == f"{first} sent again\n"
    # It fails again and becomes another letter.
    [(second, _)] = eventually(lambda: entries_of(queues, f"queue:{DEAD}"))
    assert second != first
    gone = command(on_redis, "dlq", "drop", DEAD, first)
    assert (gone.returncode, "no letter" in gone.stderr) == (2, True)
    assert output_of(on_redis, "dlq", "drop", DEAD, "all") == f"{second} dropped\n"
    assert (queues.xlen(f"queue:{DEAD}"), queues.xlen("queue:classpulse-events")) == (0, 0)


def test_a_dead_letter_is_corrected_and_redriven(on_redis: Stack, queues: redis.Redis, tmp_path: Path) -> None:
    queues.xadd("queue:classpulse-events", {"body": '{"not": "a batch"}'})
    [(letter, fields)] = eventually(lambda: entries_of(queues, f"queue:{DEAD}"))
    assert "not a batch" in fields["attributes"]
    listed = output_of(on_redis, "dlq", "list")
    assert (letter in listed, "the body is not a batch" in listed) == (True, True)
    mended = {"batchId": "mended", "receivedAt": "2026-01-01T09:00:00Z"}
    (tmp_path / "mended.json").write_text(json.dumps(mended | {"events": [event("mended") | {"classId": "default"}]}))
    output_of(on_redis, "dlq", "redrive", DEAD, letter, "--body", str(tmp_path / "mended.json"))
    eventually(lambda: on_redis.stored_ids() == ["mended"])
    assert queues.xlen(f"queue:{DEAD}") == 0


def test_only_the_owner_may_read_the_control_file(stack: Stack) -> None:
    assert (Path(stack.ready["data_dir"]) / "control.json").stat().st_mode & 0o777 == 0o600
