"""Every answer of a function, errors included."""

import json
from typing import Any

import pytest
from classpulse.core.http import HEADERS, function_url_handler, make_app
from starlette.exceptions import HTTPException

from tests.aws_events import payload

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
