"""A Function URL's Cors property.

https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors
"""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from runner.edge.function_url import FunctionUrlApp
from runner.template.model import Cors, FunctionUrl
from tests.runner.served import FakeFunction, serving
from tests.servers import LoopThread

GOOD, OTHER = "https://good.example", "https://other.example"
CORS = Cors((GOOD,), ("GET", "POST"), ("x-key", "content-type"), ("X-Answer",), True, 60)
PREFLIGHT = {"access-control-request-method": "POST", "access-control-request-headers": "x-key"}


class Browser:
    """Sends requests to one function, from any origin."""

    def __init__(self, client: httpx.Client, function: FakeFunction) -> None:
        self.function = function
        self._client = client

    def ask(self, origin: str | None, method: str = "GET", **headers: str) -> httpx.Response:
        given = headers if origin is None else headers | {"origin": origin}
        return self._client.request(method, "/", headers=given)


@contextmanager
def browsing(loop_thread: LoopThread, cors: Cors | None) -> Iterator[Browser]:
    function = FakeFunction({"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "from the function"}})
    with (
        serving(loop_thread, FunctionUrlApp(FunctionUrl("fn.example", cors), function)) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client,
    ):
        yield Browser(client, function)


@pytest.fixture
def browser(loop_thread: LoopThread) -> Iterator[Browser]:
    with browsing(loop_thread, CORS) as browser:
        yield browser


def cors_of(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}


def test_a_preflight_is_answered_without_the_function(browser: Browser) -> None:
    answer = browser.ask(GOOD, "OPTIONS", **PREFLIGHT)
    assert answer.status_code == 200
    assert cors_of(answer) == {
        "access-control-allow-origin": GOOD,
        "access-control-allow-credentials": "true",
        "access-control-allow-methods": "GET,POST",
        "access-control-allow-headers": "x-key,content-type",
        "access-control-max-age": "60",
    }
    assert not browser.function.events


def test_a_preflight_of_another_origin_gets_no_permission(browser: Browser) -> None:
    answer = browser.ask(OTHER, "OPTIONS", **PREFLIGHT)
    assert cors_of(answer) == {}
    assert not browser.function.events


def test_an_options_request_that_is_no_preflight_reaches_the_function(browser: Browser) -> None:
    browser.ask(None, "OPTIONS")
    browser.ask(GOOD, "OPTIONS")
    assert len(browser.function.events) == 2


def test_the_templates_cors_headers_replace_the_functions(browser: Browser) -> None:
    answer = browser.ask(GOOD)
    assert cors_of(answer) == {
        "access-control-allow-origin": GOOD,
        "access-control-allow-credentials": "true",
        "access-control-expose-headers": "X-Answer",
    }
    assert answer.headers["vary"] == "Origin"
    assert browser.function.events


def test_without_cors_in_the_template_the_functions_headers_are_kept(loop_thread: LoopThread) -> None:
    with browsing(loop_thread, None) as browser:
        assert cors_of(browser.ask(GOOD)) == {"access-control-allow-origin": "from the function"}
        browser.ask(GOOD, "OPTIONS", **PREFLIGHT)
        assert len(browser.function.events) == 2


def test_a_wildcard_allows_any_origin(loop_thread: LoopThread) -> None:
    with browsing(loop_thread, Cors(allow_origins=("*",), allow_methods=("*",))) as browser:
        answer = browser.ask(OTHER)
        assert cors_of(answer) == {"access-control-allow-origin": "*"}
        assert "vary" not in answer.headers
        assert cors_of(browser.ask(OTHER, "OPTIONS", **PREFLIGHT))["access-control-allow-methods"] == "*"
    # A browser accepts no * together with credentials.
    with browsing(loop_thread, Cors(allow_origins=("*",), allow_credentials=True)) as browser:
        assert cors_of(browser.ask(OTHER))["access-control-allow-origin"] == OTHER
