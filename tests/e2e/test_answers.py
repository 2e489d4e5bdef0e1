"""Every answer has security headers, and none reveals internals."""

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.stack import Stack, running

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
}
LIBRARIES = re.compile(
    r"fastapi|starlette|pydantic|uvicorn|mangum|python|sqlalchemy|pg8000|redis|httpx|traceback|File \"", re.IGNORECASE
)
JUPYTER, ELSEWHERE = "http://localhost:8888", "https://evil.example"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A separate system: the names of other tests' classes would appear in answers."""
    with running(tmp_path_factory.mktemp("answers") / "data") as found:
        yield found


def requests(stack: Stack) -> Iterator[tuple[str, str, bytes | None]]:
    """Yield every documented path with every method, and unknown paths."""
    described = stack.get("openapi.json")["paths"]
    ids = {
        "classId": "default",
        "userId": "nobody",
        "email": "nobody@example.org",
        "keyId": 1,
        "pathKey": "cpp_unknown",
    }
    paths = [path.format(**ids) for path in described]
    for path in [
        *paths,
        "/api/v1/",
        "/api/v1/nowhere",
        "/api/v1/classes/%00/progress",
        "/nowhere",
        "/api/v1/health/ready",
    ]:
        for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"):
            yield method, path, b"\xff[" if method == "POST" else None
    yield "POST", "/api/v1/events", b" " * (1024 * 1024 + 1)
    yield "POST", "/api/v1/events", b"[" * 100_000
    yield "POST", "/api/v1/events", b" " * (7 * 1024 * 1024)
    yield "GET", "/api/v1/docs", None
    yield "GET", "/", None


def check(answer: httpx.Response, what: str) -> None:
    headers = answer.headers
    assert HEADERS.items() <= headers.items(), what
    assert "frame-ancestors 'none'" in headers["content-security-policy"], what
    assert "server" not in headers, what
    assert "x-powered-by" not in headers, what
    # Health answers name the unavailable part of the system, for operators and the dashboard.
    said = "" if answer.url.path == "/api/v1/health/ready" else answer.text
    assert not (found := LIBRARIES.search(said + str(headers))), f"{what}: {found}"


@pytest.mark.parametrize("signed_in", [True, False])
def test_every_answer_has_security_headers_and_names_no_library(stack: Stack, *, signed_in: bool) -> None:
    own = {"authorization": stack.http.headers["authorization"]} if signed_in else {}
    with httpx.Client(base_url=stack.http.base_url, headers=own, timeout=30, trust_env=False) as client:
        statuses = set()
        for method, path, body in requests(stack):
            answer = client.request(method, path, content=body, headers={"content-type": "application/json"})
            check(answer, f"{method} {path}: {answer.status_code}")
            if path.startswith("/api/") and answer.status_code not in (403, 413):
                assert answer.headers["cache-control"] == "no-store", f"{method} {path}"
                assert answer.headers["cross-origin-resource-policy"] == "same-origin", f"{method} {path}"
            statuses.add(answer.status_code)
    assert statuses >= {200, 404, 405, 413, 422} | (set() if signed_in else {401})


def test_only_pages_of_jupyterlab_may_send_events(stack: Stack) -> None:
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    for origin, allowed in ((JUPYTER, JUPYTER), (ELSEWHERE, None), ("null", None)):
        before = httpx.options(stack.ready["ingest_url"], headers=asked | {"origin": origin}, trust_env=False)
        sent = stack.post([], headers={"origin": origin})
        for answer in (before, sent):
            assert answer.headers.get("access-control-allow-origin") == allowed
            assert "access-control-allow-credentials" not in answer.headers


def test_no_page_of_another_origin_may_read_a_class(stack: Stack) -> None:
    for origin in (JUPYTER, ELSEWHERE):
        answer = stack.http.get("/api/v1/classes", headers={"origin": origin})
        assert "access-control-allow-origin" not in answer.headers
