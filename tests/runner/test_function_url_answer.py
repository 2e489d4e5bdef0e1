"""A Function URL: the response that an answer becomes.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

import base64
from typing import Any

import httpx
import pytest

from runner.functions.outcome import Outcome, Throttled
from tests.runner.served import FakeFunction


def test_a_function_without_a_free_worker_is_throttled(caller: httpx.Client, function: FakeFunction) -> None:
    function.answer = Throttled("Fn")
    answer = caller.get("/")
    assert answer.status_code == 429
    assert answer.json() == {
        "Reason": "ReservedFunctionConcurrentInvocationLimitExceeded",
        "Type": "User",
        "message": "Rate Exceeded.",
    }


@pytest.mark.parametrize(
    "answer",
    [
        Outcome(b'{"errorMessage": "secret"}', failed=True),
        {"statusCode": "many"},
        {"statusCode": 99},
        {"statusCode": 600},
        {"statusCode": None},
        {"statusCode": 200, "body": "no base64!", "isBase64Encoded": True},
        {"statusCode": 200, "headers": ["no", "mapping"]},
        {"statusCode": 200, "headers": {"x-name": "two\r\nlines: 1"}},
        {"statusCode": 200, "headers": {"no name": "1"}},
        {"statusCode": 200, "headers": {"x-name": "€"}},
        {"statusCode": 200, "cookies": 1},
    ],
    ids=str,
)
def test_an_error_or_no_response_is_a_bad_gateway(caller: httpx.Client, function: FakeFunction, answer: Any) -> None:
    function.answer = answer
    found = caller.get("/")
    assert found.status_code == 502
    assert found.text == "Internal Server Error"
    assert found.headers["content-type"] == "application/json"
    assert caller.get("/").status_code == 502


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        ("hello", "hello"),
        ({"a": 1}, '{"a": 1}'),
        ([1], "[1]"),
        (None, "null"),
        (1.5, "1.5"),
        ({"body": "b"}, '{"body": "b"}'),
    ],
)
def test_an_answer_without_a_status_becomes_the_body(
    caller: httpx.Client, function: FakeFunction, answer: Any, body: str
) -> None:
    function.answer = answer
    found = caller.get("/")
    assert (found.status_code, found.text, found.headers["content-type"]) == (200, body, "application/json")


def test_a_complete_response_sets_status_headers_cookies_and_body(caller: httpx.Client, function: FakeFunction) -> None:
    function.answer = {
        "statusCode": 201,
        "headers": {"X-Answer": "ä", "content-type": "image/png", "content-length": "999", "x-number": 1},
        "cookies": ["a=1; Secure", "b=2"],
        "body": base64.b64encode(b"\x00\xff").decode(),
        "isBase64Encoded": True,
    }
    found = caller.get("/")
    assert (found.status_code, found.content) == (201, b"\x00\xff")
    assert found.headers["content-type"] == "image/png"
    assert found.headers["x-number"] == "1"
    assert found.headers.get_list("set-cookie") == ["a=1; Secure", "b=2"]
    head = caller.head("/")
    assert (head.status_code, head.content) == (201, b"")


@pytest.mark.parametrize("status", [204, 304])
def test_a_response_with_a_bodiless_status_has_no_body(
    caller: httpx.Client, function: FakeFunction, status: int
) -> None:
    function.answer = {"statusCode": status, "body": "unheard"}
    assert caller.get("/").content == b""
    function.answer = {"statusCode": 200, "body": "next"}
    assert caller.get("/").text == "next"


def test_the_server_ignores_the_functions_framing_headers(caller: httpx.Client, function: FakeFunction) -> None:
    function.answer = {
        "statusCode": 200,
        "headers": {"Transfer-Encoding": "chunked", "connection": "close"},
        "body": "b",
    }
    found = caller.get("/")
    assert found.text == "b"
    # RFC 9112, 6.2: never both.
    assert found.headers["content-length"] == "1"
    assert not {"transfer-encoding", "connection"} & set(found.headers)


def test_a_204_response_needs_no_body(caller: httpx.Client, function: FakeFunction) -> None:
    function.answer = {"statusCode": 204}
    assert (caller.delete("/").status_code, caller.delete("/").content) == (204, b"")
