"""The wire contract of POST /api/v1/events and of the read API, over real HTTP."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.e2e.stack import IN_PROCESS, Stack, event, eventually, receive, running
from tests.missing import skip_without

KEYS = {
    "dashboard_url", "ingest_url", "api_url", "websocket_url", "instructor_token", "ingest_key", "data_dir", "pid",
}  # fmt: skip


def raw(stack: Stack, body: bytes, **headers: str) -> httpx.Response:
    given = {"content-type": "application/json", "authorization": f"Bearer {stack.ready['ingest_key']}"} | headers
    return httpx.post(stack.ready["ingest_url"], content=body, headers=given, timeout=30, trust_env=False)


def test_the_ready_file_has_exactly_its_keys(stack: Stack) -> None:
    assert set(stack.ready) == KEYS
    assert stack.ready["pid"] == stack.process.pid
    assert stack.ready_file.stat().st_mode & 0o777 == 0o600
    assert "/?token=" in stack.ready["dashboard_url"]
    assert stack.ready["instructor_token"] not in stack.ready["dashboard_url"]


def test_a_script_opens_sockets_with_the_standing_ticket_which_opens_nothing_else(stack: Stack) -> None:
    ticket = json.loads((Path(stack.ready["data_dir"]) / "keys.json").read_text())["standing_ticket"]
    for _ in range(2):
        with connect(f"{stack.ready['websocket_url']}?token={ticket}", proxy=None) as socket:
            assert receive(socket, "snapshot")["classId"] == "default"
    bearer = {"authorization": f"Bearer {ticket}"}
    for path in ("classes", "classes/default/progress"):
        assert stack.http.get(f"/api/v1/{path}", headers=bearer).status_code == 401


def test_the_operators_token_opens_no_socket(stack: Stack) -> None:
    address = f"{stack.ready['websocket_url']}?token={stack.ready['instructor_token']}"
    with pytest.raises(InvalidStatus) as refused, connect(address, proxy=None):
        pass
    assert refused.value.response.status_code == 403


def test_the_curl_commands_of_the_first_check_work(stack: Stack) -> None:
    if shutil.which("curl") is None:
        skip_without("curl")
    base = stack.ready["api_url"].removesuffix("/api/v1")
    welcome = subprocess.run(["curl", "-sS", f"{base}/"], capture_output=True, text=True, check=True).stdout
    assert json.loads(welcome)["message"].startswith("Welcome")
    command = [
        "curl", "-sS", "-w", "\n%{http_code}", "-X", "POST", f"{base}/api/v1/events", "-H",
        "Content-Type: application/json", "-d",
        '[{"eventId":"test","eventType":"cell_executed","eventTime":"2024-01-01T00:00:00Z","userId":"test-user"}]',
    ]  # fmt: skip
    answer, status = subprocess.run(command, capture_output=True, text=True, check=True).stdout.rsplit("\n", 1)
    assert status == "202"
    said = {"message": "1 events received and queued", "processed_count": 1, "rejected": [], "warnings": []}
    assert json.loads(answer) == said
    student = eventually(lambda: stack.http.get("/api/v1/classes/default/students/test-user").json().get("userId"))
    assert student == "test-user"


def test_a_browser_gets_the_dashboard_at_the_root_address(stack: Stack) -> None:
    page = stack.http.get("/", headers={"accept": "text/html,application/xhtml+xml"})
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["cache-control"] == "no-cache"
    assert '<div id="app">' in page.text


def test_only_the_invalid_event_of_a_batch_is_rejected(stack: Stack, class_id: str) -> None:
    events = [event(f"e{number}", classId=class_id) for number in range(97)]
    bad = [event("t", classId=class_id, eventTime="yesterday"), event("", classId=class_id), "no event"]
    answer = stack.post([*events[:3], bad[0], *events[3:], *bad[1:]])
    assert answer.status_code == 202
    body = answer.json()
    assert body["message"] == "97 events received and queued"
    assert body["processed_count"] == 97
    assert [(item["index"], item["eventId"]) for item in body["rejected"]] == [(3, "t"), (98, ""), (99, None)]
    assert body["rejected"][0]["error"].startswith("eventTime: ")
    assert body["rejected"][1]["error"].startswith("eventId: ")
    eventually(lambda: len(stack.stored_ids(class_id)) == 97)


def test_a_bad_optional_field_is_named_in_the_receipt_and_costs_no_run(stack: Stack, class_id: str) -> None:
    bad = event("bad", classId=class_id, executionDurationMs=-2950.4, executionCount="7")
    answer = stack.post([event("good", classId=class_id), bad])
    assert (answer.status_code, answer.json()["processed_count"], answer.json()["rejected"]) == (202, 2, [])
    warnings = answer.json()["warnings"]
    assert {(warning["index"], warning["eventId"], warning["code"]) for warning in warnings} == {
        (1, "bad", "field_ignored")
    }
    assert sorted(warning["field"] for warning in warnings) == ["executionCount", "executionDurationMs"]
    assert all(warning["warning"].startswith(f"{warning['field']}: ") for warning in warnings)
    eventually(lambda: len(stack.stored_ids(class_id)) == 2)
    assert stack.get(f"classes/{class_id}/progress")["students"][0]["runs"] == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[]", 400),
        (b"", 422),
        (b"{}", 422),
        (b"[[", 422),
        (b"\xff\xfe", 422),
        (b"null", 422),
        (b'[{"eventId": "x"}]', 422),
        (json.dumps([event(str(number)) for number in range(101)]).encode(), 413),
        (json.dumps([event("big", code="x" * (1024 * 1024))]).encode(), 413),
    ],
)
def test_an_invalid_body_is_refused_completely(stack: Stack, body: bytes, status: int) -> None:
    answer = raw(stack, body)
    assert answer.status_code == status
    found = answer.json()
    assert found["processed_count"] == 0
    assert found["error"]
    assert "Traceback" not in answer.text
    assert "pydantic" not in answer.text


def test_a_body_at_the_limits_is_accepted(stack: Stack, class_id: str) -> None:
    events = [event(f"full-{number}", classId=class_id) for number in range(100)]
    assert stack.post(events).json()["processed_count"] == 100
    frame = json.dumps([event("large", classId=class_id, code="")]).encode()
    body = frame.replace(b'"code": ""', b'"code": "' + b"y" * (1024 * 1024 - len(frame)) + b'"')
    assert len(body) == 1024 * 1024
    assert raw(stack, body).status_code == 202
    eventually(lambda: len(stack.stored_ids(class_id)) == 101)


def test_email_address_is_another_name_for_user_id(stack: Stack, class_id: str) -> None:
    item = event("mail", classId=class_id)
    item["emailAddress"] = f"{item.pop('userId')}@example.edu"
    assert stack.post([item]).status_code == 202
    eventually(lambda: stack.get(f"classes/{class_id}/progress")["students"])
    assert stack.get(f"classes/{class_id}/progress")["students"][0]["userId"] == "ada@example.edu"


def test_an_event_of_an_unknown_type_is_stored_and_counted(stack: Stack, class_id: str) -> None:
    assert stack.post([event("odd", classId=class_id, eventType="cell_copied", extra={"a": 1})]).status_code == 202
    facts = eventually(lambda: stack.get(f"classes/{class_id}/events")["events"])
    assert facts[0]["eventType"] == "cell_copied"
    student = stack.get(f"classes/{class_id}/progress")["students"][0]
    assert (student["events"], student["runs"]) == (1, 0)


def test_only_pages_of_jupyterlab_may_post(stack: Stack) -> None:
    for origin, allowed in {"http://localhost:8888": True, "http://hub.example.edu": False, "null": False}.items():
        headers = {"origin": origin, "access-control-request-method": "POST"}
        asked = httpx.options(stack.ready["ingest_url"], headers=headers, trust_env=False)
        posted = stack.post([event("cors")], headers={"origin": origin})
        assert posted.status_code == 202, "CORS applies to browsers only"
        for answer in (asked, posted):
            assert answer.headers.get("access-control-allow-origin") == (origin if allowed else None)
        assert ("authorization" in asked.headers.get("access-control-allow-headers", "")) is allowed


def test_a_gzip_body_is_refused_with_an_explanation(stack: Stack) -> None:
    answer = raw(stack, b"\x1f\x8b\x08\x00", **{"content-encoding": "gzip"})
    assert answer.status_code in {415, 422}
    assert answer.json()["error"]


@pytest.mark.parametrize("path", ["classes", "classes/default/progress", "classes/default/events"])
def test_reading_a_class_requires_the_instructor_token(stack: Stack, path: str) -> None:
    url = f"{stack.ready['api_url']}/{path}"
    assert httpx.get(url, trust_env=False).status_code == 401
    wrong = httpx.get(url, headers={"authorization": "Bearer wrong"}, trust_env=False)
    assert wrong.status_code == 401
    assert wrong.json()["error"]
    assert stack.http.get(f"/api/v1/{path}").status_code == 200


def test_openapi_and_its_page_are_served(stack: Stack) -> None:
    document = stack.http.get("/api/v1/openapi.json").json()
    assert {"400", "401", "403", "413", "422", "429", "503", "202"} <= set(
        document["paths"]["/api/v1/events"]["post"]["responses"]
    )
    assert (
        "/api/v1/classes/{classId}/progress" in document["paths"]
        or "/api/v1/classes/{class_id}/progress" in (document["paths"])
    )
    page = stack.http.get("/api/v1/docs")
    assert page.headers["content-type"].startswith("text/html")
    for asset in ("swagger-ui.css", "swagger-ui-bundle.js", "init.js"):
        assert f"/swagger/{asset}" in page.text
        assert stack.http.get(f"/swagger/{asset}").status_code == 200


@pytest.mark.parametrize("path", ["/", "/api/v1/health/live", "/api/v1/health/ready"])
def test_uptime_monitors_may_send_head(stack: Stack, path: str) -> None:
    asked, whole = stack.http.head(path), stack.http.get(path)
    assert (asked.status_code, asked.content) == (200, b"")
    assert asked.headers["content-type"] == whole.headers["content-type"]


def test_unknown_paths_and_methods_are_refused(stack: Stack) -> None:
    assert stack.http.get("/api/v1/nothing").status_code == 404
    assert stack.http.get("/nothing.js").status_code == 404
    assert stack.http.get("/../local_runner.py").status_code == 404
    assert stack.http.get("/%2e%2e/%2e%2e/local_runner.py").status_code == 404
    assert stack.http.get("/api/v1/events").status_code == 405
    assert stack.http.post("/").status_code == 403


def test_keys_and_rate_limits_apply_when_they_are_configured(tmp_path: Path) -> None:
    """401, 403 and 429, as on any address other than loopback."""
    options = ("--parameter", "OpenIngest=false", "--parameter", "MaxEventsPerStudentPerMinute=5")
    with running(tmp_path / "data", IN_PROCESS, *options) as stack:
        key = {"authorization": f"Bearer {stack.ready['ingest_key']}"}
        missing = httpx.post(stack.ready["ingest_url"], json=[event("e")], trust_env=False)
        assert missing.status_code == 401
        assert missing.headers["www-authenticate"] == "Bearer"
        assert stack.post([event("e")], headers={"authorization": "Bearer wrong"}).status_code == 403
        assert stack.post([event(f"e{number}") for number in range(5)], headers=key).status_code == 202
        limited = stack.post([event("e6")], headers=key)
        assert limited.status_code == 429
        assert 1 <= int(limited.headers["retry-after"]) <= 60
        assert stack.post([event("other", "bob")], headers=key).status_code == 202
        eventually(lambda: sorted(stack.stored_ids()) == ["e0", "e1", "e2", "e3", "e4", "other"])


def test_no_event_is_accepted_while_the_queue_is_unavailable(tmp_path: Path, loop_thread: Any) -> None:
    """503 with Retry-After instead of a 202 without a durable copy, and recovery after the outage."""
    from tests.servers import embedded_redis

    server = embedded_redis(tmp_path)
    loop_thread.run(server.start())
    with running(tmp_path / "data", IN_PROCESS, environment={"REDIS_URL": server.url}) as stack:
        assert stack.post([event("before")]).status_code == 202
        loop_thread.run(server.stop())
        refused = stack.post([event("during")])
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.json()["processed_count"] == 0
        loop_thread.run(server.start_again())
        eventually(lambda: stack.post([event("after")]).status_code == 202)
        eventually(lambda: sorted(stack.stored_ids()) == ["after", "before"])
    loop_thread.run(server.stop())
