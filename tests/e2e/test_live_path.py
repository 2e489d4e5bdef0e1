"""The messages on a dashboard's socket."""

import json
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.e2e.stack import PATIENCE_SECONDS, Stack, event, eventually, receive

Students = dict[str, dict[str, Any]]


def subscribe(socket: Any, class_id: str, since: int | None = None) -> None:
    socket.send(json.dumps({"action": "subscribe", "classId": class_id} | ({} if since is None else {"since": since})))


def snapshot_of(socket: Any, class_id: str) -> dict[str, Any]:
    while (found := receive(socket, "snapshot"))["classId"] != class_id:
        pass
    return found


def follow(socket: Any, students: Students, until: int) -> None:
    """Apply updates as a client does, keeping a student's highest revision, until complete revision `until`."""
    seen: set[int] = set()
    while until not in seen:
        message = receive(socket, "progress")
        for student in message["students"]:
            if student["revision"] > students.get(student["userId"], {"revision": -1})["revision"]:
                students[student["userId"]] = student
        seen |= set(message["revisions"])
        if message["since"] is not None and message["part"] == message["parts"]:
            seen.add(message["revision"])


def test_a_new_subscriber_gets_a_snapshot_and_then_each_change(stack: Stack, class_id: str) -> None:
    stack.post([event("one", classId=class_id)])
    eventually(lambda: stack.get(f"classes/{class_id}/progress")["revision"] == 1)
    with stack.socket() as socket:
        subscribe(socket, class_id)
        first = snapshot_of(socket, class_id)
        assert (first["revision"], [student["userId"] for student in first["students"]]) == (1, ["ada"])
        fields: dict[str, Any] = {"hasError": True, "errorMessage": "NameError: name 'x' is not defined"}
        stack.post([event("two", classId=class_id, eventTime="2026-01-01T09:00:01Z", **fields)])
        change = receive(socket, "progress")
        assert change["revisions"] == [2]
        [student] = change["students"]
        assert (student["errorStreak"], student["lastErrorName"]) == (1, "NameError")
        stack.post([event("three", classId=class_id, eventType="help", eventTime="2026-01-01T09:00:02Z")])
        [student] = receive(socket, "progress")["students"]
        assert student["helpSince"] == "2026-01-01T09:00:02Z"


def test_connecting_subscribes_to_the_default_class(stack: Stack) -> None:
    with stack.socket() as socket:
        assert receive(socket, "snapshot")["classId"] == "default"


def test_the_last_event_of_a_burst_is_pushed(stack: Stack, class_id: str) -> None:
    with stack.socket() as socket:
        subscribe(socket, class_id)
        students = {found["userId"]: found for found in snapshot_of(socket, class_id)["students"]}
        for number in range(60):
            time = f"2026-01-01T09:{number:02}:00Z"
            batch = [event(f"{number}-{who}", f"user{who}", classId=class_id, eventTime=time) for who in range(5)]
            assert stack.post(batch).status_code == 202
        stack.post([event("last", "user0", classId=class_id, eventTime="2026-01-01T10:00:00Z", cellId="the-last")])
        eventually(lambda: len(stack.stored_ids(class_id)) == 301)
        follow(socket, students, stack.get(f"classes/{class_id}/progress")["revision"])
        assert students["user0"]["cellId"] == "the-last"
        assert {who: found["runs"] for who, found in students.items()} == {
            "user0": 61, "user1": 60, "user2": 60, "user3": 60, "user4": 60,
        }  # fmt: skip


def test_a_resume_misses_no_change(stack: Stack, class_id: str) -> None:
    students: Students = {}
    whole = 0
    for turn in range(4):
        for number in range(5):
            stack.post([event(f"{turn}-{number}", f"user{number}", classId=class_id)])
        # Events that are stored together share one revision, so count the events.
        posted = turn * 5 + 5
        eventually(lambda: len(stack.stored_ids(class_id)) == posted)  # noqa: B023
        expected = stack.get(f"classes/{class_id}/progress")["revision"]
        with stack.socket() as socket:
            subscribe(socket, class_id, since=whole)
            follow(socket, students, expected)
            whole = expected
    received = {user: student["runs"] for user, student in students.items()}
    assert received == {f"user{number}": 4 for number in range(5)}
    stored = stack.get(f"classes/{class_id}/progress")["students"]
    assert students == {student["userId"]: student for student in stored}


def test_a_ping_and_a_malformed_message_are_answered(stack: Stack) -> None:
    with stack.socket() as socket:
        socket.send('{"action": "ping"}')
        assert receive(socket, "pong")["serverTime"].endswith("Z")
        for nonsense in ("hello", '{"action": "dance"}', '{"action": "subscribe", "classId": 5}', "[]"):
            socket.send(nonsense)
            assert receive(socket, "error")["error"]


@pytest.mark.parametrize(("query", "status"), [("", 401), ("?token=wrong", 403)])
def test_the_handshake_is_refused_without_the_token(stack: Stack, query: str, status: int) -> None:
    with pytest.raises(InvalidStatus) as refused, connect(stack.ready["websocket_url"] + query, proxy=None):
        pass
    assert refused.value.response.status_code == status


def test_a_snapshot_of_a_thousand_students_has_frames_below_32_kib(stack: Stack, class_id: str) -> None:
    for first in range(0, 1000, 100):
        batch = [event(f"e{who}", f"student-{who}@example.edu", classId=class_id) for who in range(first, first + 100)]
        assert stack.post(batch).status_code == 202
    eventually(lambda: len(stack.get(f"classes/{class_id}/progress")["students"]) == 1000)
    with stack.socket() as socket:
        subscribe(socket, class_id)
        users: set[str] = set()
        parts = set()
        while True:
            text = socket.recv(PATIENCE_SECONDS)
            message = json.loads(text)
            if message["type"] != "snapshot" or message["classId"] != class_id:
                continue
            assert len(str(text).encode()) < 32 * 1024
            users |= {student["userId"] for student in message["students"]}
            parts.add(message["part"])
            if len(parts) == message["parts"]:
                break
        assert len(users) == 1000
        assert len(parts) > 5
