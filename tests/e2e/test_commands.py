"""local_runner.py as a command: start, stop, and the errors that prevent a start."""

import json
import os
import pwd
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runner.embedded.process import CHILD, unprivileged_account
from tests.attacker import attempt
from tests.e2e.stack import ROOT, Stack, event, eventually, running

PROMISED_STOP_SECONDS = 10.0


def command(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(ROOT / "local_runner.py"), *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def refusal(found: "subprocess.CompletedProcess[str]") -> str:
    """Return the single error line of a refused start."""
    assert found.returncode == 2, found.stderr
    [line] = found.stderr.strip().splitlines()
    assert found.stdout == ""
    return line


def assert_it_stops(stack: Stack, number: signal.Signals) -> None:
    """Assert that it and its processes end in time and leave no file behind."""
    with stack.socket():
        assert len(stack.family()) > 10
        assert stack.stop(number, PROMISED_STOP_SECONDS) == 0
    assert not stack.ready_file.exists()
    data_dir = Path(stack.ready["data_dir"])
    assert not list(data_dir.glob("*.pid"))
    assert not (data_dir / "control.json").exists()


def test_ctrl_c_stops_the_runner_in_time_and_leaves_no_process(tmp_path: Path) -> None:
    with running(tmp_path / "data", "--demo", "40") as stack:
        eventually(lambda: len(stack.stored_ids()) > 5)
        assert_it_stops(stack, signal.SIGINT)


# macOS lacks this env: there Ctrl-C in the first hundredths of a second still prints a traceback of Python.
AS_MAKE_STARTS_IT = ("env", "--block-signal=INT") if sys.platform == "linux" else ()
# Orphans of the runner become children of this program, dead or alive (prctl(2), PR_SET_CHILD_SUBREAPER).
INTERRUPT = """
import ctypes, json, subprocess, sys, time

import psutil

if sys.platform == "linux":
    assert ctypes.CDLL(None).prctl(36, 1, 0, 0, 0) == 0
number, seconds, *command = sys.argv[1:]
runner = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
said = runner.stdout.readline() if float(seconds) >= 0 else ""
time.sleep(abs(float(seconds)))
runner.send_signal(int(number))
said += runner.communicate(timeout=30)[0]
left = [f"{process.name()} ({process.status()})" for process in psutil.Process().children(recursive=True)]
print(json.dumps({"status": runner.returncode, "left": left, "said": said}))
"""


def interrupted(number: signal.Signals, seconds: float, data_dir: Path) -> dict[str, Any]:
    """Signal a start some seconds after its first line, or, if negative, after its launch."""
    command = [*AS_MAKE_STARTS_IT, sys.executable, str(ROOT / "local_runner.py")]
    options = ["--port", "0", "--data-dir", str(data_dir), "--ready-file", str(data_dir.with_name("ready.json"))]
    found = subprocess.run(
        [sys.executable, "-c", INTERRUPT, str(int(number)), str(seconds), *command, *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    said: dict[str, Any] = json.loads(found.stdout)
    return said


@pytest.mark.parametrize("seconds", [0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 1.8])
def test_a_signal_during_startup_stops_the_runner(tmp_path: Path, seconds: float) -> None:
    left_by_a_killed_one = tmp_path / "ready.json"
    left_by_a_killed_one.write_text("{}")
    found = interrupted(signal.SIGTERM, seconds, tmp_path / "data")
    assert (found["status"], found["left"]) == (0, []), found["said"]
    assert found["said"].startswith("Starting PostgreSQL")
    assert found["said"].endswith("Stopped.\n")
    assert "Traceback" not in found["said"]
    assert not left_by_a_killed_one.exists()
    # Neither an incomplete PostgreSQL cluster nor its password file remains.
    kept = {path.name for path in (tmp_path / "data").iterdir()}
    assert kept <= {".gitignore", "keys.json", "logs", "runner.lock", "postgres", "redis", "erasures.journal"}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux's env can make Ctrl-C wait")
@pytest.mark.parametrize("seconds", [0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5])
def test_ctrl_c_before_the_first_line_prints_no_traceback(tmp_path: Path, seconds: float) -> None:
    found = interrupted(signal.SIGINT, -seconds, tmp_path / "data")
    assert found["left"] == []
    assert "Traceback" not in found["said"]
    # Either no server was started yet, or all were shut down gracefully.
    assert found["status"] == (0 if found["said"] else -signal.SIGINT)


def test_keys_and_events_survive_a_restart_after_sigterm(tmp_path: Path) -> None:
    with running(tmp_path / "data") as stack:
        token = stack.ready["instructor_token"]
        stack.post([event("kept")])
        eventually(lambda: stack.stored_ids() == ["kept"])
        assert_it_stops(stack, signal.SIGTERM)
    with running(tmp_path / "data") as stack:
        assert stack.ready["instructor_token"] == token
        assert stack.stored_ids() == ["kept"]
        assert (tmp_path / "data" / "keys.json").stat().st_mode & 0o777 == 0o600


def test_a_port_in_use_is_a_one_line_error(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        line = refusal(command("--port", str(port), "--data-dir", "data", cwd=tmp_path))
    assert f"127.0.0.1:{port}" in line
    assert "--port" in line


def test_a_data_directory_in_use_is_a_one_line_error(stack: Stack, tmp_path: Path) -> None:
    options = ("--port", "0", "--data-dir", stack.ready["data_dir"], "--ready-file", str(stack.ready_file))
    line = refusal(command(*options, cwd=tmp_path))
    assert stack.ready_file.exists()
    assert str(stack.process.pid) in line
    assert "--data-dir" in line


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Resources:", "Resources: [", "not YAML"),
        ("CodeUri: functions/ingest", "CodeUri: functions/nowhere", "functions/nowhere/handler.py"),
        ("!Ref EventsQueue", "!Ref NoQueue", "NoQueue"),
        ("TargetOriginId: ingest", "TargetOriginId: nobody", "nobody"),
    ],
)
def test_a_broken_template_is_reported_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = (ROOT / "template.yaml").read_text()
    assert old in text
    for folder in ("functions", "layers", "infra"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    (tmp_path / "template.yaml").write_text(text.replace(old, new, 1))
    line = refusal(command("--template", "template.yaml", "--data-dir", "data", "--port", "0", cwd=tmp_path))
    assert message in line
    assert line.startswith("local_runner.py: template.yaml:")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--port", "70000"), "70000"),
        (("--max-workers", "0"), "from 1 on"),
        (("--demo", "-5"), "from 1 on"),
        (("--ready-file", "nowhere/ready.json"), "nowhere"),
        (("--ready-file", "."), "not a file"),
        (("--parameter", "NoSuch=1"), "NoSuch"),
        (("--parameter", "OpenIngest"), "NAME=VALUE"),
        (("--parameter", "LogLevel=LOUD"), "LogLevel"),
    ],
)
def test_an_invalid_option_is_refused_with_a_message(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    found = command(*arguments, "--data-dir", "data", cwd=tmp_path)
    assert found.returncode == 2
    assert message in found.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("REDIS_URL", "garbage", "redis://"),
        ("DATABASE_URL", "mysql://host/db", "postgresql://"),
        ("DATABASE_URL", "postgresql://nobody:x@127.0.0.1:1/none", "create a connection to host 127.0.0.1 and port 1"),
        ("REDIS_URL", "redis://127.0.0.1:1/0", "failed"),
    ],
)
def test_an_unreachable_server_is_a_one_line_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, message: str
) -> None:
    monkeypatch.setenv(variable, value)
    found = command("--port", "0", "--data-dir", "data", cwd=tmp_path)
    assert found.returncode == 2, found.stderr
    assert "Traceback" not in found.stderr
    assert 'File "' not in found.stderr
    last = found.stderr.splitlines()[-1]
    assert last.startswith("local_runner.py: ")
    assert message in last


def test_an_outdated_schema_is_a_one_line_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old_database_url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", old_database_url)
    found = command("--port", "0", "--data-dir", "data", cwd=tmp_path)
    assert found.returncode == 2, found.stderr
    [line] = [line for line in found.stderr.splitlines() if "0006" in line]
    assert line == found.stderr.splitlines()[-1]
    assert line.startswith("local_runner.py: MigrateFunction failed, ")
    assert "the database holds the schema 0006 of an older, unreleased ClassPulse: start with a new data dir" in line
    assert 'File "' not in found.stderr
    assert "IncompatibleSchema" in (tmp_path / "data" / "logs" / "MigrateFunction.log").read_text()


def test_help_names_every_option_and_variable(tmp_path: Path) -> None:
    text = command("--help", cwd=tmp_path).stdout
    for word in ("--host", "--port", "--data-dir", "--ready-file", "--demo", "--seed", "--parameter", "DATABASE_URL",
                 "REDIS_URL", "REDIS_HOST", "INFLUXDB_URL"):  # fmt: skip
        assert word in text


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_the_runner_works_for_an_ordinary_user(tmp_path: Path) -> None:
    """The other tests run as root here. The start keeps one capability, to enter root's home."""
    account = unprivileged_account(Path(sys.prefix), Path(sys.base_prefix), ROOT, tmp_path)
    assert account
    tmp_path.chmod(0o777)
    options = {"parent": os.getpid(), "signal": int(signal.SIGKILL), "reach": account.reach}
    become = json.dumps(options | {"uid": account.uid, "gid": account.gid})
    command = (sys.executable, str(CHILD), become, "--", sys.executable, str(ROOT / "local_runner.py"))
    (tmp_path / "home").mkdir()
    os.chown(tmp_path / "home", account.uid, account.gid)
    with running(tmp_path / "home" / "data", command=command) as stack:
        stack.post([event("mine")])
        eventually(lambda: stack.stored_ids() == ["mine"])
        assert {process.uids().effective for process in stack.family()} == {account.uid}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root switches to another user")
def test_a_root_runner_starts_its_servers_as_another_user(stack: Stack) -> None:
    servers = [process for process in stack.family() if process.name() in {"postgres", "valkey-server"}]
    assert len(servers) >= 2
    assert "root" not in {process.username() for process in servers}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root switches to another user")
def test_a_root_runner_runs_each_function_as_a_user_of_its_own(stack: Stack) -> None:
    """A function that is compromised reads neither the databases' files nor the keys."""
    stack.post([event("as-another-user")])
    eventually(lambda: "as-another-user" in stack.stored_ids())
    family = stack.family()
    users = {process.uids().real for process in family if "awslambdaric" in process.cmdline()}
    others = {process.uids().real for process in family if "awslambdaric" not in process.cmdline()}
    assert len(users) >= 5
    assert not users & others
    folder = Path(stack.ready["data_dir"])
    tries: list[tuple[str, Any]] = [
        ("list", folder),
        ("read", folder / "keys.json"),
        ("read", folder / "postgres" / "PG_VERSION"),
    ]
    tries += [("list", f"/proc/{process.pid}/cwd/") for process in family if process.uids().real not in users]
    for user in users:
        assert set(attempt(*tries, user=user)) == {"PermissionError"}
        with pytest.raises(KeyError):
            pwd.getpwuid(user)


def test_the_ready_file_is_json_with_its_addresses(stack: Stack) -> None:
    found = json.loads(stack.ready_file.read_text())
    assert found["ingest_url"] == f"{found['api_url']}/events"
    assert found["websocket_url"].startswith("ws://127.0.0.1:")
