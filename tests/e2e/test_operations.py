"""The operator's tasks: trace a batch through the logs, back up, restore, export, erase, migrate."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.stack import IN_PROCESS, ROOT, Stack, event, eventually, receive, running


def command(data_dir: str | Path, *arguments: str, given: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(ROOT / "local_runner.py"), "--data-dir", str(data_dir), *arguments],
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def entries(stack: Stack, function: str) -> list[dict[str, Any]]:
    lines = (Path(stack.ready["data_dir"]) / "logs" / f"{function}.log").read_text().splitlines()
    return [found["entry"] for found in map(json.loads, lines) if "entry" in found]


def test_one_trace_id_links_the_post_to_the_dashboard(stack: Stack, class_id: str) -> None:
    with stack.socket() as socket:
        socket.send(json.dumps({"action": "subscribe", "classId": class_id}))
        while receive(socket, "snapshot")["classId"] != class_id:
            pass
        correlation_id = stack.post([event("followed", classId=class_id)]).headers["x-correlation-id"]

        def followed() -> bool:
            found = {
                function: any(
                    correlation_id in (entry.get("correlationId"), *entry.get("correlationIds", []))
                    for entry in entries(stack, f"{function}Function")
                )
                for function in ("Ingest", "Consume", "PersistSeries", "Broadcast")
            }
            return all(found.values())

        eventually(followed)


def test_no_function_log_contains_student_text(stack: Stack, class_id: str) -> None:
    secret = "a-students-own-words"
    fields = {"code": secret, "result": secret, "errorMessage": f"NameError: {secret}", "hasError": True}
    stack.post([event("quiet", f"user-{secret}", classId=class_id, userName=secret, **fields)])
    eventually(lambda: stack.stored_ids(class_id))
    logs = "".join(path.read_text() for path in (Path(stack.ready["data_dir"]) / "logs").glob("*Function.log"))
    assert secret not in logs


def test_metrics_have_the_same_names_for_prometheus(stack: Stack, class_id: str) -> None:
    def stored() -> float:
        text = stack.runner("metrics").text
        found = [line for line in text.splitlines() if line.startswith('EventsStored_total{function="consume"}')]
        return float(found[0].split()[1]) if found else 0.0

    before = stored()
    stack.post([event(f"counted-{number}", classId=class_id) for number in range(7)])
    eventually(lambda: stored() == before + 7)


def test_a_backup_restores_databases_queues_and_keys(tmp_path: Path) -> None:
    with running(tmp_path / "first", IN_PROCESS) as stack:
        token = stack.ready["instructor_token"]
        stack.post([event("kept", code="print('ü')")])
        eventually(lambda: stack.stored_ids() == ["kept"])
        busy = command(tmp_path / "first", "backup", str(tmp_path / "backup.tar.gz"))
        assert (busy.returncode, str(stack.process.pid) in busy.stderr) == (2, True)
    assert command(tmp_path / "first", "backup", str(tmp_path / "backup.tar.gz")).returncode == 0
    assert (tmp_path / "backup.tar.gz").stat().st_mode & 0o777 == 0o600
    assert command(tmp_path / "second", "restore", str(tmp_path / "backup.tar.gz")).returncode == 0
    with running(tmp_path / "second", IN_PROCESS) as stack:
        assert stack.ready["instructor_token"] == token
        assert stack.stored_ids() == ["kept"]
        stack.post([event("new")])
        eventually(lambda: sorted(stack.stored_ids()) == ["kept", "new"])
    again = command(tmp_path / "second", "restore", str(tmp_path / "backup.tar.gz"))
    assert (again.returncode, "already" in again.stderr) == (2, True)


def test_a_file_that_is_no_backup_is_refused(tmp_path: Path) -> None:
    subprocess.run(["tar", "-czf", "foreign.tar.gz", "-C", str(ROOT), "README.md"], cwd=tmp_path, check=True)
    found = command(tmp_path / "data", "restore", str(tmp_path / "foreign.tar.gz"))
    assert (found.returncode, "README.md" in found.stderr) == (2, True)
    assert command(tmp_path / "nothing", "backup", str(tmp_path / "b.tar.gz")).returncode == 2


def test_commands_export_and_erase_a_student(stack: Stack, class_id: str) -> None:
    stack.post([event("theirs", "ada", classId=class_id, code="print(1)"), event("another", "bob", classId=class_id)])
    eventually(lambda: len(stack.stored_ids(class_id)) == 2)
    student = {"classId": class_id, "userId": "ada"}
    invoke = ("invoke", "AdministerFunction", "--event", "-")
    data_dir = stack.ready["data_dir"]
    shown = json.loads(command(data_dir, *invoke, given=json.dumps({"command": "export", **student})).stdout)
    assert [found["code"] for found in shown["events"]] == ["print(1)"]
    erased = json.loads(command(data_dir, *invoke, given=json.dumps({"command": "erase", **student})).stdout)
    assert (erased["status"], erased["events"], erased["deadLetters"]) == ("erased", 1, 0)
    assert stack.stored_ids(class_id) == ["another"]
    assert stack.http.get(f"/api/v1/classes/{class_id}/students/ada").status_code == 404
    wrong = command(data_dir, *invoke, given='{"command": "dance"}')
    assert (wrong.returncode, "export" in wrong.stdout) == (1, True)


def test_make_migrate_brings_any_database_up_to_date(empty_database_url: str) -> None:
    program = [sys.executable, "-m", "infra.migrations"]
    newest = max(path.name for path in (ROOT / "infra/migrations/versions").glob("0*.py"))[:4]
    environment = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'layers/common/python'}"}
    for _ in range(2):
        found = subprocess.run(
            program,
            cwd=ROOT,
            env=environment | {"DATABASE_URL": empty_database_url},
            capture_output=True,
            text=True,
            check=True,
        )
        assert f"revision {newest}" in found.stdout
    without = {name: value for name, value in environment.items() if name != "DATABASE_URL"}
    missing = subprocess.run(program, cwd=ROOT, env=without, capture_output=True, text=True, check=False)
    assert missing.returncode == 1
    assert "DATABASE_URL" in missing.stderr


def test_make_migrate_reports_an_outdated_schema_in_one_line(old_database_url: str) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "infra.migrations"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'layers/common/python'}", "DATABASE_URL": old_database_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode, found.stdout) == (1, "")
    [line] = found.stderr.splitlines()
    assert line.startswith("make migrate: the database holds the schema 0006 of an older, unreleased ClassPulse: ")


@pytest.mark.parametrize("target", ["export-student", "erase-student", "retain", "backup", "restore", "migrate"])
def test_every_operation_is_a_make_target(target: str) -> None:
    listed = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert f"make {target} " in listed.stdout
