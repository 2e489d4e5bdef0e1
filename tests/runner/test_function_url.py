"""A Function URL: the event that a request becomes.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

import base64
import gzip
import http.client
import json
from pathlib import Path

import httpx
import pytest

from runner.functions.outcome import MAX_PAYLOAD
from tests.runner.served import FakeFunction

GOLDEN = json.loads((Path(__file__).parents[1] / "events" / "function_url.json").read_text())


def test_the_event_has_every_field_of_the_request(
    caller: httpx.Client, function_port: int, function: FakeFunction
) -> None:
    body = GOLDEN["body"].encode()
    connection = http.client.HTTPConnection("127.0.0.1", function_port, timeout=20)
    try:
        target = f"{GOLDEN['rawPath']}?{GOLDEN['rawQueryString']}"
        connection.putrequest("POST", target, skip_host=True, skip_accept_encoding=True)
        for name, value in [
            ("Host", GOLDEN["headers"]["host"]),
            ("User-Agent", "tests"),
            ("Content-Type", "application/json; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("X-MANY", "one"),
            ("Cookie", "session=1; theme=dark"),
            ("x-Many", "two, three"),
        ]:
            connection.putheader(name, value)
        connection.endheaders(body)
        assert connection.getresponse().status == 200
    finally:
        connection.close()
    [event] = function.events
    context = event["requestContext"]
    assert context["requestId"]
    assert isinstance(context["timeEpoch"], int)
    assert context["time"].endswith(" +0000")
    context |= dict.fromkeys(("requestId", "time", "timeEpoch"), "<any>")
    assert event == GOLDEN


@pytest.mark.parametrize("path", ["/", GOLDEN["rawPath"], "/a//b", "/100%25"])
def test_the_raw_path_is_unchanged(caller: httpx.Client, function: FakeFunction, path: str) -> None:
    caller.get(httpx.URL(str(caller.base_url)).copy_with(raw_path=path.encode()))
    [event] = function.events
    assert (event["rawPath"], event["requestContext"]["http"]["path"]) == (path, path)


def test_the_event_leaves_out_absent_parts_of_the_request(caller: httpx.Client, function: FakeFunction) -> None:
    caller.get("/")
    [event] = function.events
    assert not {"body", "cookies", "queryStringParameters"} & set(event)
    assert (event["rawQueryString"], event["isBase64Encoded"]) == ("", False)


@pytest.mark.parametrize(
    ("headers", "body", "plain"),
    [
        ({"content-type": "text/plain"}, "ä".encode(), True),
        ({"content-type": "application/json"}, b"{}", True),
        ({"content-type": "application/octet-stream"}, b"abc", False),
        ({"content-type": "application/json", "content-encoding": "gzip"}, gzip.compress(b"{}", mtime=0), False),
        ({"content-type": "text/plain"}, b"\xff\xfe", False),
        ({}, b"abc", False),
    ],
)
def test_a_binary_body_is_encoded_in_base64(
    caller: httpx.Client, function: FakeFunction, headers: dict[str, str], body: bytes, plain: bool
) -> None:
    caller.post("/", content=body, headers=headers)
    [event] = function.events
    assert event["isBase64Encoded"] is not plain
    assert (event["body"].encode() if plain else base64.b64decode(event["body"])) == body


def test_a_request_over_six_megabytes_is_refused(caller: httpx.Client, function: FakeFunction) -> None:
    for size, headers in (
        (MAX_PAYLOAD + 1, {"content-type": "text/plain"}),
        (MAX_PAYLOAD, {"content-type": "text/plain"}),
        # In base64 it is a third larger.
        (5 * 1024 * 1024, {"content-type": "application/octet-stream"}),
    ):
        answer = caller.post("/", content=b"x" * size, headers=headers)
        assert answer.status_code == 413
        assert "6291456 bytes" in answer.json()["Message"]
    assert not function.events
    assert caller.get("/").status_code == 200
