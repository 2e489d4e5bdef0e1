"""Path keys on a real runner: a client that cannot set a header, what the key opens, and where it is written down."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.e2e.people import operate
from tests.e2e.stack import Stack, event, eventually, running

JUPYTER, ELSEWHERE = "http://localhost:8888", "https://evil.example"
LIMIT = 5


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A separate system: its logs are read, and its limit on a path key is small."""
    options = ("--parameter", "LogLevel=DEBUG", "--parameter", f"MaxEventsPerPathKeyPerMinute={LIMIT}")
    with running(tmp_path_factory.mktemp("path-keys") / "data", *options) as found:
        yield found


def make(stack: Stack, class_id: str, **wish: Any) -> dict[str, Any]:
    """Register a class if it does not exist; return a new path key."""
    if not stack.http.get(f"/api/v1/manage/classes/{class_id}").is_success:
        operate(stack, "POST", "manage/classes", {"classId": class_id}, 201)
    made: dict[str, Any] = operate(stack, "POST", f"manage/classes/{class_id}/keys", {"inPath": True, **wish}, 201)
    assert made["path"] == f"/api/v1/keyed/{made['key']}/events"
    return made


def post(stack: Stack, path: str, *events: dict[str, Any], **headers: str) -> httpx.Response:
    """Post as a client does that sets no header of its own."""
    address = f"{stack.http.base_url}{path}"
    return httpx.post(address, json=list(events), headers=headers, timeout=30, trust_env=False)


def like_cell_monitor(event_id: str, user_id: str = "ada@example.org") -> dict[str, Any]:
    """Return what the cell-monitor extension sends for a run; it cannot set a header."""
    return {
        "eventId": event_id,
        "eventType": "cell_executed",
        "eventTime": "2026-01-01T09:00:00Z",
        "emailAddress": user_id,
        "notebookPath": "week1.ipynb",
        "cellId": "c1",
        "cellIndex": 0,
        "cellType": "code",
        "code": "print(1)",
        "executionCount": 1,
        "hasError": False,
        "result": "1\n",
        "executionDurationMs": 12,
    }


def test_a_client_that_cannot_set_a_header_sends_to_the_address_of_its_class(stack: Stack, class_id: str) -> None:
    made = make(stack, class_id)
    assert not any("key" in one for one in operate(stack, "GET", f"manage/classes/{class_id}/keys")["keys"])
    sent = post(stack, made["path"], like_cell_monitor("1"), origin=JUPYTER)
    assert (sent.status_code, sent.json()["processed_count"], sent.json()["rejected"]) == (202, 1, [])
    assert sent.headers["access-control-allow-origin"] == JUPYTER
    eventually(lambda: stack.stored_ids(class_id) == ["1"])
    [student] = stack.get(f"classes/{class_id}/progress")["students"]
    assert (student["userId"], student["runs"]) == ("ada@example.org", 1)
    # Of another class it sends nothing.
    refused = post(stack, made["path"], event("2", classId="default"))
    assert (refused.status_code, refused.json()["rejected"][0]["code"]) == (422, "class_mismatch")


def test_a_page_of_jupyterlab_may_post_to_the_address_and_no_other_page(stack: Stack, class_id: str) -> None:
    address = f"{stack.http.base_url}{make(stack, class_id)['path']}"
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    for origin, allowed in ((JUPYTER, JUPYTER), (ELSEWHERE, None), ("null", None)):
        before = httpx.options(address, headers=asked | {"origin": origin}, trust_env=False)
        assert before.headers.get("access-control-allow-origin") == allowed
        assert (before.headers.get("access-control-allow-headers") or "").split(",").count("content-type") == bool(
            allowed
        )
        assert before.headers["referrer-policy"] == "no-referrer"


def test_a_path_key_opens_nothing_else(stack: Stack, class_id: str) -> None:
    made = make(stack, class_id)
    class_key = operate(stack, "POST", f"manage/classes/{class_id}/keys", {}, 201)["key"]
    bearer = {"authorization": f"Bearer {made['key']}"}
    base = str(stack.http.base_url)
    assert stack.post([event("1")], headers=bearer).status_code == 403
    described = stack.get("openapi.json")["paths"]
    values = {"classId": class_id, "userId": "ada", "email": "ada@example.org", "keyId": made["keyId"]}
    for path, methods in described.items():
        if path.startswith(("/api/v1/events", "/api/v1/keyed", "/api/v1/session")):
            continue
        for method in methods:
            body = {"level": "hash"} if path.endswith("/withdraw") else {}
            answer = httpx.request(
                method, base + path.format(**values), json=body, headers=bearer, timeout=30, trust_env=False
            )
            expected = 403 if path.endswith("/join") else 401
            assert answer.status_code == expected, f"{method} {path}: {answer.status_code}"
    assert operate(stack, "GET", f"manage/classes/{class_id}/guests")["guests"] == []
    # Nor is any other credential a path key.
    others = (class_key, stack.ready["ingest_key"], stack.ready["instructor_token"])
    for other in (*others, made["key"][:-1], f"{made['key']}x"):
        refused = post(stack, f"/api/v1/keyed/{other}/events", event("1"), **bearer)
        assert (refused.status_code, refused.json()["code"]) == (403, "key_invalid")
    # And what a reader may do with it at the address itself: nothing.
    for method in ("GET", "PUT", "DELETE"):
        assert httpx.request(method, base + made["path"], headers=bearer, trust_env=False).status_code == 405
    assert stack.stored_ids(class_id) == []


def test_unknown_revoked_and_malformed_keys_get_the_same_answer(stack: Stack, class_id: str) -> None:
    revoked, expired = make(stack, class_id), make(stack, class_id, expiresAt="2026-01-01T00:00:00Z")
    assert post(stack, revoked["path"], event("1")).status_code == 202
    operate(stack, "DELETE", f"manage/classes/{class_id}/keys/{revoked['keyId']}", status=204)
    paths = [revoked["path"], expired["path"]]
    paths += [f"/api/v1/keyed/{key}/events" for key in (f"cpp_{'x' * 43}", "cpp_", "x", "%00", "%FF%FE", "..%5c")]
    answers = [post(stack, path, event("1")) for path in paths]
    assert {(answer.status_code, answer.text) for answer in answers} == {(403, answers[0].text)}
    volatile = {"date", "content-length"}
    headers = [{name: value for name, value in answer.headers.items() if name not in volatile} for answer in answers]
    assert headers == [headers[0]] * len(headers)


def test_a_class_that_accepts_student_tokens_only_refuses_its_address(stack: Stack, class_id: str) -> None:
    made = make(stack, class_id)
    operate(stack, "PATCH", f"manage/classes/{class_id}", {"studentsOnly": True})
    refused = post(stack, made["path"], event("1"))
    assert (refused.status_code, refused.json()["code"]) == (403, "student_token_required")
    operate(stack, "PATCH", f"manage/classes/{class_id}", {"studentsOnly": False})
    assert post(stack, made["path"], event("1")).status_code == 202


def test_an_address_has_its_own_limit_and_its_rotation_an_overlap(stack: Stack, class_id: str) -> None:
    old = make(stack, class_id)
    flood = [event(str(number)) for number in range(LIMIT * 2)]
    # Two of three batches in a row are in the same minute.
    limited = next(answer for answer in (post(stack, old["path"], *flood) for _ in range(3)) if answer.is_error)
    assert (limited.status_code, limited.json()["code"]) == (429, "key_rate_limited")
    assert 0 < int(limited.headers["retry-after"]) <= 60
    class_key = operate(stack, "POST", f"manage/classes/{class_id}/keys", {}, 201)["key"]
    assert stack.post(flood, headers={"authorization": f"Bearer {class_key}"}).status_code == 202
    new = make(stack, class_id, replaces=old["keyId"], overlapSeconds=0)
    assert post(stack, new["path"], event("new")).status_code == 202
    assert post(stack, old["path"], event("old")).status_code == 403


def test_the_audit_log_names_who_made_and_revoked_an_address_without_its_key(stack: Stack, class_id: str) -> None:
    made = make(stack, class_id)
    operate(stack, "DELETE", f"manage/classes/{class_id}/keys/{made['keyId']}", status=204)
    entries = operate(stack, "GET", f"manage/classes/{class_id}/audit?limit=500")["entries"]
    assert [(entry["action"], entry["detail"].get("inPath")) for entry in entries if "key." in entry["action"]] == [
        ("key.revoke", None), ("key.create", True)
    ]  # fmt: skip
    assert made["key"] not in json.dumps(entries)


def test_no_path_key_is_written_down_whatever_is_sent_to_its_address(stack: Stack, class_id: str) -> None:
    made = make(stack, class_id)
    key = made["key"]
    encoded = "".join(f"%{ord(character):02X}" for character in key)
    unknown = f"cpp_{'mark-of-a-guess-' * 3}"
    shown = [key, key[4:], encoded, unknown]
    answers = [post(stack, path, event("1")) for path in (made["path"], f"/api/v1/keyed/{encoded}/events")]
    assert [answer.status_code for answer in answers] == [202, 202]
    base = str(stack.http.base_url)
    for path in (made["path"], f"/api/v1/keyed/{encoded}/events", f"/api/v1/keyed/{unknown}/events"):
        answers += misused(base, path, key)
    answers.append(httpx.post(base + made["path"], content=b" " * (7 * 1024 * 1024), timeout=30, trust_env=False))
    for answer in answers:
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert not any(mark in answer.text + str(answer.headers) for mark in shown), answer.request.url
        assert not answer.is_redirect
    assert {answer.status_code for answer in answers} >= {202, 403, 404, 405, 413, 415, 422}
    for head in malformed(base, made["path"]):
        assert not any(mark in sent_raw(stack, head) for mark in shown)
    eventually(lambda: stack.stored_ids(class_id) == ["1"])
    assert not any(mark in stack.runner(name).text for mark in shown for name in ("status", "metrics"))
    assert not any(mark in json.dumps(stack.get(f"classes/{class_id}/events")) for mark in shown)
    written = written_by(stack)
    assert any(b"batch accepted" in content for content in written.values()), "the logs were not found"
    for path, content in written.items():
        for mark in shown:
            assert mark.encode() not in content, f"{path}: {mark}"


def misused(base: str, path: str, key: str) -> list[httpx.Response]:
    """Return the answers to requests that no client should send to an address with a path key, or near one."""
    near = (path, f"{path}/", f"{path}/more", path.replace("/events", "/x%2F"), f"{path}?key={key}", f"/{path}")
    bodies = ((b"{", "application/json"), (b"x", "text/plain"), (b"[" * 9_999, "application/json"))
    found = []
    with httpx.Client(base_url=base, timeout=30, trust_env=False) as client:
        for place in near:
            for method in ("POST", "GET", "DELETE", "OPTIONS"):
                for content, kind in bodies:
                    headers = {"content-type": kind, "referer": base + path, "x-note": key}
                    found.append(client.request(method, base + place, content=content, headers=headers))
    return found


def malformed(base: str, path: str) -> list[str]:
    """Return requests that are no HTTP, too long, cut off, or for another protocol."""
    json_of_9 = "content-type: application/json\r\ncontent-length: 9"
    return [
        f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: many\r\n\r\n",
        f"POST {path} NONSENSE\r\n\r\n",
        f"{path} / HTTP/1.1\r\n\r\n",
        f"POST {path} HTTP/1.1\r\nhost: x\r\nx: {'y' * 70_000}\r\n\r\n",
        f"GET {path} HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
        f"POST {base}{path} HTTP/1.1\r\nhost: x\r\n{json_of_9}\r\n\r\n[",
    ]


def sent_raw(stack: Stack, head: str) -> str:
    """Send this to the runner, and return what it answers before it closes, or before it waits for more."""
    place = urlsplit(str(stack.http.base_url))
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=30) as connection:
        connection.sendall(head.encode())
        connection.shutdown(socket.SHUT_WR)
        return connection.recv(65_536).decode(errors="replace")


def written_by(stack: Stack) -> dict[str, bytes]:
    """Return the terminal's output and every file that the runner, its functions and its servers have written."""
    files = [found for found in Path(stack.ready["data_dir"]).rglob("*") if found.is_file()]
    assert any(found.suffix == ".log" for found in files)
    return {str(path): path.read_bytes() for path in [*files, stack.output_path]}
