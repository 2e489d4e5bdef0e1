"""A search of every store after an erasure: tables, Redis, dead letters, and every file of the data directory."""

import json
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.e2e.stack import IN_PROCESS, ROOT, Stack, event, eventually, running
from tests.e2e.stored_bytes import engine_of, places_of, redis_of

CLASS = "python-1"
NAMES = "id name code result error session metadata field notebook cell saved queued late dead"
MARKS = {name: f"canary-{name}-7d1f" for name in NAMES.split()}
ADA = MARKS["id"]


def events_of_ada() -> list[dict[str, Any]]:
    fields = {
        "classId": CLASS,
        "userName": MARKS["name"],
        "sessionId": MARKS["session"],
        "notebookPath": f"{MARKS['notebook']}.ipynb",
        "cellId": MARKS["cell"],
        "code": f"x = '{MARKS['code']}'",
        "result": MARKS["result"],
        "errorMessage": f"NameError: {MARKS['error']}",
        "hasError": True,
        "metadata": {"note": MARKS["metadata"]},
        "ownField": {"deep": [MARKS["field"]]},
    }
    saved = event("saved", ADA, classId=CLASS, eventType="notebook_saved", code=MARKS["saved"])
    return [event("run", ADA, **fields), event("started", ADA, **fields | {"eventType": "cell_started"}), saved]


def administer(data_dir: str | Path, command: dict[str, Any], expected: int = 0) -> Any:
    found = subprocess.run(
        [sys.executable, str(ROOT / "local_runner.py"), "--data-dir", str(data_dir), "invoke", "AdministerFunction",
         "--event", "-"],
        input=json.dumps(command), capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert found.returncode == expected, found.stdout + found.stderr
    return json.loads(found.stdout)


def runner(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(ROOT / "local_runner.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def teach(stack: Stack) -> None:
    """Register the class with both students on its roster; store events of both, and a dead letter of Ada's."""
    created = stack.http.post("/api/v1/manage/classes", json={"classId": CLASS, "title": "Python"})
    assert created.status_code == 201, created.text
    students = [{"userId": ADA, "userName": MARKS["name"]}, {"userId": "bob"}]
    stack.http.put(f"/api/v1/manage/classes/{CLASS}/roster", json={"students": students}).raise_for_status()
    key = stack.http.post(f"/api/v1/manage/classes/{CLASS}/keys", json={}).json()["key"]
    stack.key = {"authorization": f"Bearer {key}"}  # type: ignore[attr-defined]  # the tests of this module only
    post(stack, [*events_of_ada(), event("bobs", "bob", classId=CLASS)])
    eventually(lambda: len(stack.stored_ids(CLASS)) == 4)
    dead = [event(MARKS["dead"], ADA, classId=CLASS), event("bobs-dead", "bob", classId=CLASS)]
    body = {"batchId": "dead", "receivedAt": "2026-01-01T09:00:00Z", "events": dead}
    with redis_of(stack) as client:
        client.xadd("queue:classpulse-events-dead", {"body": json.dumps(body)})
        client.xadd("queue:classpulse-updates-dead", {"body": json.dumps({"userId": ADA})})


def post(stack: Stack, events: list[dict[str, Any]]) -> None:
    answer = stack.post(events, headers=stack.key)  # type: ignore[attr-defined]  # see teach()
    assert answer.status_code == 202, answer.text


def dropped(stack: Stack) -> float:
    lines = stack.runner("metrics").text.splitlines()
    found = [line for line in lines if line.startswith('EventsDropped_total{function="consume"}')]
    return float(found[0].split()[1]) if found else 0.0


def queues_are_empty(stack: Stack) -> bool:
    with redis_of(stack) as client:
        return not any(client.xlen(f"queue:classpulse-{name}") for name in ("events", "series", "updates"))


def test_no_store_holds_anything_about_an_erased_student(tmp_path: Path) -> None:
    with running(tmp_path / "data") as stack:
        data_dir = stack.ready["data_dir"]
        teach(stack)
        eventually(lambda: queues_are_empty(stack))
        known = {place.partition(": ")[2] for place in places_of(stack, *MARKS.values())}
        assert known == set(MARKS.values()) - {MARKS["queued"], MARKS["late"]}, "the search finds what is there"

        receipt = administer(data_dir, {"command": "erase", "classId": CLASS, "userId": ADA})
        assert (receipt["status"], receipt["events"], receipt["deadLetters"]) == ("erased", 3, 2)
        assert places_of(stack, *MARKS.values()) == []
        assert stack.stored_ids(CLASS) == ["bobs"]
        with redis_of(stack) as client:
            assert client.xlen("queue:classpulse-events-dead") == 1, "Bob's dead letter stays"

        # A notebook was offline, and sends now what happened before the erasure.
        late = event("late", ADA, classId=CLASS, code=MARKS["late"])
        post(stack, [late, event("bobs-late", "bob", classId=CLASS)])
        eventually(lambda: dropped(stack) == 1 and queues_are_empty(stack))
        assert sorted(stack.stored_ids(CLASS)) == ["bobs", "bobs-late"]
        administer(data_dir, {"command": "publish"})
        assert places_of(stack, *MARKS.values()) == []

        again = administer(data_dir, {"command": "erase", "classId": CLASS, "userId": ADA})
        assert again["status"] == "already erased"
        unknown = administer(data_dir, {"command": "erase", "classId": CLASS, "userId": "nobody"}, expected=1)
        assert "check classId and userId" in json.dumps(unknown)

        # What the student does from now on is a new start.
        now = datetime.now(UTC).isoformat()
        post(stack, [event("new", ADA, classId=CLASS, eventTime=now)])
        eventually(lambda: "new" in stack.stored_ids(CLASS))


def test_an_erasure_removes_events_that_are_being_stored_and_are_queued(tmp_path: Path) -> None:
    with running(tmp_path / "data", IN_PROCESS) as stack:
        teach(stack)
        engine = engine_of(stack)
        with engine.begin() as connection:
            # Nothing of the class can be stored or erased until this transaction ends.
            connection.execute(text("SELECT id FROM classes WHERE name = :name FOR UPDATE"), {"name": CLASS})
            post(stack, [event(f"queued-{number}", ADA, classId=CLASS, code=MARKS["queued"]) for number in range(3)])
            command = {"command": "erase", "classId": CLASS, "userId": ADA}
            answers: list[Any] = []
            erasing = threading.Thread(target=lambda: answers.append(administer(stack.ready["data_dir"], command)))
            erasing.start()
            journal = Path(stack.ready["data_dir"]) / "erasures.journal"
            eventually(lambda: journal.stat().st_size > 0)
        engine.dispose()
        erasing.join()
        assert answers[0]["status"] == "erased"
        eventually(lambda: queues_are_empty(stack))
        administer(stack.ready["data_dir"], {"command": "publish"})
        assert stack.stored_ids(CLASS) == ["bobs"]
        assert places_of(stack, *MARKS.values()) == []


def test_a_backup_from_before_the_erasure_is_erased_again_by_its_restore(tmp_path: Path) -> None:
    backup = tmp_path / "backup.tar.gz"
    with running(tmp_path / "first", IN_PROCESS) as stack:
        teach(stack)
    assert runner("--data-dir", tmp_path / "first", "backup", backup).returncode == 0
    with running(tmp_path / "first", IN_PROCESS) as stack:
        administer(stack.ready["data_dir"], {"command": "erase", "classId": CLASS, "userId": ADA})
    assert runner("--data-dir", tmp_path / "second", "restore", backup).returncode == 0
    with running(tmp_path / "second", IN_PROCESS) as stack:
        assert stack.stored_ids(CLASS) == ["bobs"]
        assert places_of(stack, *MARKS.values()) == []


@pytest.mark.parametrize("arguments", [(), ("--journal", "nowhere")])
def test_a_restore_without_the_journal_is_refused_with_a_remedy(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    first = tmp_path / "first"
    (first / "postgres").mkdir(parents=True)
    (first / "keys.json").write_text("{}")
    backup = tmp_path / "backup.tar.gz"
    assert runner("--data-dir", first, "backup", backup).returncode == 0
    refused = runner("--data-dir", tmp_path / "second", "restore", backup, *arguments)
    assert (refused.returncode, "--no-journal" in refused.stderr) == (2, True)
    assert not (tmp_path / "second" / "keys.json").exists()
    lost = runner("--data-dir", tmp_path / "second", "restore", backup, "--no-journal")
    assert (lost.returncode, "stored again" in lost.stderr) == (0, True)


def test_a_restore_merges_the_journals_of_both_directories(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "erasures.journal").write_text(f'{{"shared": 1}}\n{{"of": "{name}"}}\n')
    (tmp_path / "first" / "keys.json").write_text("{}")
    backup = tmp_path / "backup.tar.gz"
    assert runner("--data-dir", tmp_path / "first", "backup", backup).returncode == 0
    assert runner("--data-dir", tmp_path / "second", "restore", backup).returncode == 0
    merged = (tmp_path / "second" / "erasures.journal").read_text().splitlines()
    assert merged == ['{"shared": 1}', '{"of": "second"}', '{"of": "first"}']
