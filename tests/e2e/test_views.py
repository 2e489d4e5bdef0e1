"""The data of the dashboard's views, and teachers' actions on a student, over real HTTP and real sockets."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from websockets.sync.client import ClientConnection

from tests.e2e.stack import PATIENCE_SECONDS, Stack, event, eventually, id_in_path, receive

BOOK = "week 1/週1.ipynb"
ERROR = {"hasError": True, "errorMessage": "IndexError: index 7 is out of bounds", "code": "a[7]"}
HOUR = "start=2026-01-01T09:00:00Z&end=2026-01-01T10:00:00Z"


def run(event_id: str, user: str, cell: int, second: int = 0, **fields: Any) -> dict[str, Any]:
    place = {"notebookPath": BOOK, "cellId": f"c{cell}", "cellIndex": cell}
    return event(event_id, user, eventTime=f"2026-01-01T09:{second // 60:02d}:{second % 60:02d}Z", **place, **fields)


def store(stack: Stack, class_id: str, *events: dict[str, Any]) -> None:
    known = {*stack.stored_ids(class_id)}
    assert stack.post([each | {"classId": class_id} for each in events]).status_code == 202
    wanted = known | {each["eventId"] for each in events}
    eventually(lambda: set(stack.stored_ids(class_id)) == wanted)


@contextmanager
def subscribed(stack: Stack, class_id: str) -> Iterator[ClientConnection]:
    with stack.socket() as socket:
        socket.send(json.dumps({"action": "subscribe", "classId": class_id}))
        while receive(socket, "snapshot")["classId"] != class_id:
            pass
        yield socket


def attend(stack: Stack, class_id: str, user: str, **change: Any) -> Any:
    return stack.http.post(f"/api/v1/classes/{class_id}/students/{user}/attention", json=change)


def test_the_endpoints_of_a_class_return_its_data(stack: Stack, class_id: str) -> None:
    store(stack, class_id, run("1", "ada", 1, 1, **ERROR), run("2", "ada", 1, 61), run("3", "bob", 2, 62, **ERROR))
    path, book = f"classes/{class_id}", f"notebook={BOOK}"
    assert stack.get(f"{path}/notebooks")["notebooks"] == [{"notebookPath": BOOK, "students": 2, "cells": 2}]
    grid = stack.get(f"{path}/grid?{book}")
    assert grid["columns"] == [{"cellId": "c1", "cellIndex": 1}, {"cellId": "c2", "cellIndex": 2}]
    assert grid["rows"] == [
        {"userId": "ada", "cells": [[0, "ok", 2, 1, "IndexError"]]},
        {"userId": "bob", "cells": [[1, "error", 1, 1, "IndexError"]]},
    ]
    past = "start=2026-01-01T09:00:00Z&at=2026-01-01T09:00:59Z"
    assert stack.get(f"{path}/grid?{book}&{past}")["rows"] == [
        {"userId": "ada", "cells": [[0, "error", 1, 1, "IndexError"]]}
    ]
    assert [student["errorStreak"] for student in stack.get(f"{path}/progress?{past}")["students"]] == [1]
    newest, oldest = stack.get(f"{path}/errors?{HOUR}")["groups"]
    assert (newest["cellId"], newest["unsolved"], newest["example"]["code"]) == ("c2", 1, "a[7]")
    assert (oldest["cellId"], oldest["unsolved"], oldest["message"]) == ("c1", 0, "index … is out of bounds")
    pace = stack.get(f"{path}/pace?{book}&{HOUR}")
    assert (pace["cells"], pace["students"], len(pace["minutes"])) == (2, 2, 60)
    assert [minute["upper"] for minute in pace["minutes"][:3]] == [0, 0.75, 0.75]
    easy, hard = stack.get(f"{path}/difficulty?{HOUR}")["cells"]
    assert (easy["medianAttempts"], hard["medianAttempts"], hard["solved"]) == (2, None, 0)
    activity = stack.get(f"{path}/activity?{HOUR}")["minutes"]
    assert [minute["runs"] for minute in activity[:3]] == [1, 2, 0]


def test_reading_a_team_returns_only_its_students(stack: Stack, class_id: str) -> None:
    red = run("1", "ada", 1, 1, teamName="red", **ERROR)
    store(stack, class_id, red, run("2", "ada", 1, 61), run("3", "bob", 2, 62, teamName="blue", **ERROR))
    path, book = f"classes/{class_id}", f"notebook={BOOK}"
    for team, cell, runs in (("red", "c1", 2), ("blue", "c2", 1)):
        only = f"{HOUR}&team={team}"
        assert [group["cellId"] for group in stack.get(f"{path}/errors?{only}")["groups"]] == [cell]
        assert [found["cellId"] for found in stack.get(f"{path}/difficulty?{only}")["cells"]] == [cell]
        assert stack.get(f"{path}/pace?{book}&{only}")["students"] == 1
        assert sum(minute["runs"] for minute in stack.get(f"{path}/activity?{only}")["minutes"]) == runs


@pytest.mark.parametrize("user", ["..", "a/b", "~ada", "ada\\b%2F", "学生/1"])
def test_a_student_id_with_special_characters_is_encoded_in_the_path(stack: Stack, class_id: str, user: str) -> None:
    store(stack, f"{class_id}/a", run("1", user, 1))
    of_class, of_student = id_in_path(f"{class_id}/a"), id_in_path(user)
    assert stack.get(f"classes/{of_class}/students/{of_student}")["userId"] == user
    assert attend(stack, of_class, of_student, action="claim", by="Ms Sato").json()["userId"] == user
    for wrong in ("~", "~a", "~AA", "~_w", "~!!!!"):
        answer = stack.http.get(f"/api/v1/classes/{of_class}/students/{wrong}")
        assert (answer.status_code, answer.json()) == (
            422,
            {"error": "not valid: userId; see /api/v1/docs", "code": "request_invalid"},
        )


def test_a_timeline_is_paged_and_filtered_by_cell(stack: Stack, class_id: str) -> None:
    store(stack, class_id, run("1", "ada", 1, 1, **ERROR), run("2", "ada", 1, 2), run("3", "ada", 2, 3))
    path = f"classes/{class_id}/students/ada/timeline"
    page = stack.get(f"{path}?limit=2")
    assert [each["eventId"] for each in page["events"]] == ["3", "2"]
    assert "errorMessage" not in page["events"][0]
    (last,) = stack.get(f"{path}?limit=2&before={page['next']}")["events"]
    assert (last["eventId"], last["code"], last["errorMessage"]) == ("1", "a[7]", ERROR["errorMessage"])
    assert [each["eventId"] for each in stack.get(f"{path}?cellId=c2&notebook={BOOK}")["events"]] == ["3"]


def test_a_changed_cell_is_pushed_with_its_revision(stack: Stack, class_id: str) -> None:
    store(stack, class_id, run("1", "ada", 1, 1, **ERROR))
    with subscribed(stack, class_id) as socket:
        store(stack, class_id, run("2", "ada", 1, 2))
        # A snapshot of the previous class may still arrive in between.
        heard = (json.loads(socket.recv(PATIENCE_SECONDS)) for _ in count())
        progress = next(message for message in heard if message["type"] != "snapshot")
    assert progress["type"] == "progress"
    (cell,) = progress["cells"]
    assert (cell["userId"], cell["cellId"], cell["status"], cell["attempts"]) == ("ada", "c1", "ok", 2)
    assert [cell["revision"]] == progress["revisions"]
    assert stack.get(f"classes/{class_id}/grid?notebook={BOOK}")["revision"] == cell["revision"]


def test_the_action_of_a_teacher_is_pushed_to_the_others(stack: Stack, class_id: str) -> None:
    store(stack, class_id, run("1", "ada", 1, 1, **ERROR))
    with subscribed(stack, class_id) as other:
        claimed = attend(stack, class_id, "ada", action="claim", by="佐藤 先生")
        assert claimed.status_code == 200
        progress = receive(other, "progress")
        assert progress["students"] == [claimed.json()]
        assert progress["revisions"] == [claimed.json()["revision"]]
        assert claimed.json()["attention"]["claimedBy"] == "佐藤 先生"
        refused = attend(stack, class_id, "ada", action="claim", by="Mr Abe")
        assert refused.status_code == 409
        assert "another teacher" in refused.json()["error"]
        resolved = attend(stack, class_id, "ada", action="resolve").json()
        assert receive(other, "progress")["students"] == [resolved]
    assert (resolved["attention"]["claimedBy"], resolved["attention"]["resolvedErrors"]) == (None, 1)
    assert stack.get(f"classes/{class_id}/progress")["students"] == [resolved]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"action": "claim"}, "by"),
        ({"action": "claim", "by": "  "}, "by"),
        ({"action": "claim", "by": "x" * 65}, "by"),
        ({"action": "snooze", "minutes": 0}, "minutes"),
        ({"action": "note", "note": "a\0b"}, "note"),
        ({"action": "note", "note": "x" * 501}, "note"),
        ({"action": "resolve", "by": "x"}, "by"),
        ({"action": "dance"}, "body"),
        ([], "body"),
    ],
)
def test_an_invalid_attention_change_is_refused_with_its_field(stack: Stack, change: Any, field: str) -> None:
    answer = stack.http.post("/api/v1/classes/default/students/ada/attention", json=change)
    assert answer.status_code == 422
    assert field in answer.json()["error"]


def test_attending_to_an_unknown_student_is_refused(stack: Stack) -> None:
    assert attend(stack, "default", "nobody-at-all", action="resolve").status_code == 404


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("default/grid", "notebook"),
        ("default/grid?notebook=%00", "notebook"),
        ("%00/notebooks", "classId"),
        ("default/students/%00/timeline", "userId"),
        ("default/students/ada/timeline?before=%00", "before"),
        ("default/students/ada/timeline?limit=201", "limit"),
        ("default/events?userId=%00", "userId"),
        ("default/errors?start=2026-01-01T09:00:00", "start"),
        ("default/errors?start=1735689600", "start"),
        ("default/errors?start=2026-01-02T00:00:00Z&end=2026-01-01T00:00:00Z", "end"),
        ("default/activity?start=2026-01-01T00:00:00Z&end=2026-01-03T00:00:00Z", "end"),
        ("default/pace?notebook=n&minutes=1441", "minutes"),
        ("default/progress?at=9999-12-31T23:59:59-14:00", "at"),
    ],
)
def test_an_invalid_parameter_is_named(stack: Stack, path: str, field: str) -> None:
    answer = stack.http.get(f"/api/v1/classes/{path}")
    assert answer.status_code == 422
    assert field in answer.json()["error"]
