"""Other clients, by the payloads that the real ones sent: what a running ClassPulse makes of them."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.people import operate
from tests.e2e.stack import Stack, eventually
from tests.recipes import Pioneer, names_of, payload, pioneer, sidecar

RUN = {"runs": 1, "errors": 0, "errorStreak": 0, "cellId": "cell-1"}
NAME_ERROR = {"runs": 1, "errors": 1, "errorStreak": 1, "lastErrorName": "NameError", "cellId": "cell-3"}
NO_RUN = {"runs": 0, "errors": 0, "errorStreak": 0}
# The progress of a student from whom nothing but this payload came.
PIONEER: dict[str, dict[str, Any]] = {
    "notebook_opened": NO_RUN | {"notebookPath": "lesson1.ipynb"},
    "notebook_saved": NO_RUN,
    "cell_selected": NO_RUN,
    "markdown": NO_RUN,
    "run": RUN,
    "error": NAME_ERROR,
    "aborted": NO_RUN,
    "aborted_by_interrupt": NO_RUN,
    "empty": NO_RUN,
    "expected_error": {"runs": 1, "errors": 0, "errorStreak": 0},
    "interrupted": {"runs": 1, "errors": 0, "errorStreak": 0},
    "input": {"runs": 1, "errors": 0},
}
CELL_MONITOR: dict[str, dict[str, Any]] = {
    "notebook_opened": NO_RUN | {"notebookPath": "lesson1.ipynb", "userName": "Ada"},
    "markdown": NO_RUN,
    "run": RUN,
    "error": NAME_ERROR,
    "aborted": NO_RUN,
    "empty": NO_RUN,
    "interrupted": {"runs": 1, "errors": 0, "errorStreak": 0},
    "help_stop": NO_RUN | {"helpSince": None},
}
UNIANALYTICS: dict[str, tuple[str, dict[str, Any]]] = {
    "notebook_on": ("clickevent/notebook", NO_RUN | {"notebookPath": "lesson-1"}),
    "cell_on": ("clickevent/cell", NO_RUN),
    "markdown": ("exec/markdown", NO_RUN),
    "run": ("exec/code", RUN),
    "error": ("exec/code", NAME_ERROR),
    "interrupted": ("exec/code", {"runs": 1, "errors": 0, "errorStreak": 0}),
    "input": ("exec/code", {"runs": 1, "errors": 0}),
}


@pytest.fixture
def key(stack: Stack, class_id: str) -> str:
    """The key of a new class."""
    operate(stack, "POST", "manage/classes", {"classId": class_id, "title": "Python"}, 201)
    found: str = operate(stack, "POST", f"manage/classes/{class_id}/keys", {}, 201)["key"]
    return found


def students(stack: Stack, class_id: str, number: int) -> dict[str, dict[str, Any]]:
    """Wait until so many events are stored; return the students by their ids."""
    eventually(lambda: len(stack.stored_ids(class_id)) >= number)
    assert len(stack.stored_ids(class_id)) == number
    return {student["userId"]: student for student in stack.get(f"classes/{class_id}/progress")["students"]}


def assert_progress(found: dict[str, dict[str, Any]], expected: dict[str, dict[str, Any]]) -> None:
    seen = {name: {field: found[name][field] for field in fields} for name, fields in expected.items()}
    assert seen == expected


@pytest.fixture
def exporters(stack: Stack, key: str, tmp_path: Path) -> Iterator[dict[str, Pioneer]]:
    """An exporter of jupyterlab-pioneer for each student."""
    with ExitStack() as running:
        found = {}
        for name in names_of("pioneer"):
            (tmp_path / name).mkdir()
            exporter = pioneer(tmp_path / name, stack.ready["ingest_url"], key, user=name)
            found[name] = running.enter_context(exporter)
        yield found


def test_what_pioneer_sends_becomes_the_progress_of_its_students(
    stack: Stack, class_id: str, exporters: dict[str, Pioneer]
) -> None:
    for name, exporter in exporters.items():
        # The second report of the same event, as a handler that was registered twice sends it, has no effect.
        assert [exporter.export(payload("pioneer", name)) for _ in range(2)] == ["queued", "queued"]
    assert_progress(students(stack, class_id, len(exporters)), PIONEER)


@pytest.mark.usefixtures("key")
def test_what_cell_monitor_sends_becomes_the_progress_of_its_students(stack: Stack, class_id: str) -> None:
    address = operate(stack, "POST", f"manage/classes/{class_id}/keys", {"inPath": True}, 201)["path"]
    keyed = stack.ready["ingest_url"].removesuffix("/api/v1/events") + address
    names = names_of("cell-monitor")
    for name in names:
        [event] = payload("cell-monitor", name)
        assert event["emailAddress"] == "ada@example.org"
        # The extension can set no header.
        answer = httpx.post(keyed, json=[event | {"emailAddress": name}], timeout=30, trust_env=False)
        assert (answer.status_code, answer.json()["rejected"]) == (202, [])
    found = students(stack, class_id, len(names))
    assert_progress(found, CELL_MONITOR)
    assert found["help"]["helpSince"] is not None


def test_what_unianalytics_sends_becomes_the_progress_of_its_students(
    stack: Stack, class_id: str, key: str, tmp_path: Path, unused_port: int
) -> None:
    with sidecar(tmp_path, unused_port, stack.ready["ingest_url"], key) as client:
        for name, (path, _) in UNIANALYTICS.items():
            sent = payload("unianalytics", name) | {"user_id": name}
            assert [client.post(f"/send/{path}", json=sent).status_code for _ in range(2)] == [200, 200]
        found = students(stack, class_id, len(UNIANALYTICS))
    assert_progress(found, {name: expected for name, (_, expected) in UNIANALYTICS.items()})
