"""Every answer of a function, errors included."""

import json
import logging
import sys
from typing import Any

import pytest
from classpulse.classes.bodies import JsonRoster
from classpulse.core.http import HEADERS, MOST_VALUES, LimitedBodies, function_url_handler, make_app
from starlette.exceptions import HTTPException

from tests.aws_events import payload
from tests.hostile_json import filled, run_within

pytestmark = pytest.mark.usefixtures("event_loop_of_mangum")
MARK = "what only the exception says"
handler_headers = {name.lower(): value for name, value in HEADERS.items()}


def ask(path: str, method: str = "GET", scheme: str = "http") -> dict[str, Any]:
    app = make_app("tests")

    @app.get("/fine")
    def fine() -> str:
        return "fine"

    @app.put("/fine")
    def replaced() -> str:
        return "fine"

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError(MARK)

    @app.get("/refused/{status}")
    def refused(status: int) -> None:
        raise HTTPException(status, MARK)

    invoke: Any = function_url_handler(app)
    event = payload("function_url") | {"rawPath": path, "body": ""}
    event["headers"]["x-forwarded-proto"] = scheme
    event["requestContext"]["http"] |= {"method": method, "path": path}
    event["requestContext"] |= {"requestId": "1", "time": "01/Jan/2026:09:00:00 +0000", "timeEpoch": 1767258000000}
    answer: dict[str, Any] = invoke(event, None)
    return answer


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/fine", "GET", 200),
        ("/broken", "GET", 500),
        ("/nowhere", "GET", 404),
        ("/fine", "POST", 405),
        ("/refused/400", "GET", 422),
        ("/refused/401", "GET", 401),
        ("/refused/403", "GET", 403),
        ("/refused/418", "GET", 418),
        ("/refused/x", "GET", 422),
    ],
)
def test_every_answer_has_the_headers_and_fixed_words(path: str, method: str, status: int) -> None:
    answer = ask(path, method)
    assert answer["statusCode"] == status
    assert handler_headers.items() <= answer["headers"].items()
    assert "strict-transport-security" not in answer["headers"]
    assert MARK not in json.dumps(answer)
    if status != 200:
        assert list(json.loads(answer["body"])) == ["error", "code"]


def test_a_405_names_the_allowed_methods() -> None:
    assert ask("/fine", "POST")["headers"]["allow"] == "GET, PUT"


def test_answers_over_tls_carry_strict_transport_security() -> None:
    assert ask("/fine", scheme="https")["headers"]["strict-transport-security"].startswith("max-age=63072000")


def post(body: bytes) -> dict[str, Any]:
    """Send a roster to an app that limits its bodies."""
    app = make_app("tests")
    app.add_middleware(LimitedBodies)

    @app.post("/roster")
    async def roster(body: JsonRoster) -> int:
        return len(body.students)

    invoke: Any = function_url_handler(app)
    event = payload("function_url") | {"rawPath": "/roster", "body": body.decode()}
    event["requestContext"]["http"] |= {"method": "POST", "path": "/roster"}
    event["requestContext"] |= {"requestId": "1", "time": "01/Jan/2026:09:00:00 +0000", "timeEpoch": 1767258000000}
    answer: dict[str, Any] = invoke(event, None)
    return answer


def test_the_largest_roster_is_read() -> None:
    students = [{"userId": f'"[{number},', "userName": "Ada", "teamName": "red"} for number in range(5000)]
    answer = post(json.dumps({"students": students}).encode())
    assert (answer["statusCode"], answer["body"]) == (200, "5000")


def test_a_body_of_too_many_values_is_refused() -> None:
    answer = post(b'{"students":' + filled(b"0", 2 * MOST_VALUES) + b"}")
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (413, "body_too_complex")
    assert post(b'{"students":' + filled(b"0", MOST_VALUES) + b"}")["statusCode"] == 422


LIMITED = """
import asyncio, json
asyncio.set_event_loop(asyncio.new_event_loop())
from tests.hostile_json import filled
from tests.unit.core.test_http import post

post(b"{}")
limited()
for unit in (b"{}", b'{"a":{}}', b"[[]]", b'"a"'):
    assert post(b'{"students":' + filled(unit, 5_500_000) + b"}")["statusCode"] == 413
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
def test_no_body_makes_an_app_build_more_than_a_quarter_of_its_memory() -> None:
    run_within(128, LIMITED)


@pytest.mark.parametrize("path", ["/fine", "/refused/401", "/broken", "/mark-in-the-path"])
def test_no_library_logs_the_path_of_a_request(path: str, caplog: pytest.LogCaptureFixture) -> None:
    """A path can hold a student's id or a key, and Lambda's JSON logs show records from INFO on."""
    caplog.set_level(logging.DEBUG)
    ask(path)
    assert not [record for record in caplog.records if path in record.getMessage() + str(record.args)]
