"""The Sockets port on @connections: its requests, and the meaning of each answer."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import botocore.auth
import pytest
from classpulse.core.errors import ConfigError, ConnectionGone, PushFailed
from classpulse.live.apigateway import ApiGatewaySockets

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "only for this test",
    "AWS_SESSION_TOKEN": "a session",
    "AWS_DEFAULT_REGION": "eu-central-1",
}


class Gateway:
    """Answers with the given statuses in order, repeating the last, and records the requests."""

    def __init__(self) -> None:
        self.statuses = [200]
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                outer.asked.append((self.command, self.path, headers, body))
                status = outer.statuses.pop(0) if len(outer.statuses) > 1 else outer.statuses[0]
                self.send_response(status)
                self.send_header("content-length", "0")
                # A Retry-After of a minute is not honoured: a dashboard is notified now or with the next message.
                self.send_header("retry-after", "60")
                self.end_headers()

            do_POST = do_DELETE = answer  # noqa: N815 - as http.server wants them

            def log_message(self, *_: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/live"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    found = Gateway()
    yield found
    found.stop()


def test_a_connection_gets_its_texts_in_order(gateway: Gateway) -> None:
    ApiGatewaySockets(gateway.url).push("abc=", ["one", "zwei: ä 日本"])
    assert [body.decode() for *_, body in gateway.asked] == ["one", "zwei: ä 日本"]
    assert {(method, path) for method, path, *_ in gateway.asked} == {("POST", "/live/@connections/abc%3D")}


@pytest.mark.parametrize("connection_id", ["abc=", "a/b+c d%2F?#==", "ä"])
def test_a_request_has_the_signature_of_boto3(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch, connection_id: str
) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: datetime(2026, 4, 1, 9, tzinfo=UTC))
    sockets = ApiGatewaySockets(gateway.url)
    client = boto3.client("apigatewaymanagementapi", endpoint_url=gateway.url)
    sockets.push(connection_id, ["text"])
    client.post_to_connection(ConnectionId=connection_id, Data=b"text")
    sockets.close(connection_id)
    client.delete_connection(ConnectionId=connection_id)
    client.close()
    seen = [
        (method, path, body, *(headers.get(name) for name in ("authorization", "x-amz-date", "x-amz-security-token")))
        for method, path, headers, body in gateway.asked
    ]
    assert seen[0] == seen[1]
    assert seen[2] == seen[3]
    assert "execute-api/aws4_request" in str(seen[0][3])


def test_a_gone_connection_raises_its_own_error(gateway: Gateway) -> None:
    gateway.statuses = [410]
    sockets = ApiGatewaySockets(gateway.url)
    with pytest.raises(ConnectionGone):
        sockets.push("abc=", ["one", "two"])
    assert len(gateway.asked) == 1
    sockets.close("abc=")
    assert gateway.asked[-1][0] == "DELETE"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_temporary_refusal_is_retried_once(gateway: Gateway, status: int) -> None:
    gateway.statuses = [status, 200]
    sockets = ApiGatewaySockets(gateway.url)
    sockets.push("abc=", ["text"])
    assert len(gateway.asked) == 2
    gateway.statuses = [status]
    with pytest.raises(PushFailed, match=str(status)):
        sockets.push("abc=", ["text"])
    assert len(gateway.asked) == 4


@pytest.mark.parametrize("status", [302, 403, 413])
def test_a_permanent_refusal_is_not_retried(gateway: Gateway, status: int) -> None:
    gateway.statuses = [status]
    with pytest.raises(PushFailed, match=str(status)):
        ApiGatewaySockets(gateway.url).push("abc=", ["text"])
    assert len(gateway.asked) == 1


def test_an_unreachable_gateway_is_transient(gateway: Gateway, unused_port: int) -> None:
    sockets = ApiGatewaySockets(f"http://127.0.0.1:{unused_port}/live")
    with pytest.raises(PushFailed):
        sockets.push("abc=", ["text"])
    with pytest.raises(PushFailed):
        sockets.close("abc=")


def test_without_a_region_it_does_not_start(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    with pytest.raises(ConfigError, match="AWS_DEFAULT_REGION"):
        ApiGatewaySockets(gateway.url)


def test_no_request_is_sent_without_credentials(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    with pytest.raises(PushFailed, match="credentials"):
        ApiGatewaySockets(gateway.url).push("abc=", ["text"])
    assert gateway.asked == []
