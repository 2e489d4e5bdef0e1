"""Behind a proxy on the same machine nothing is local: no ingest without a key, no status, no standing ticket."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.e2e.stack import Stack, event

# What common proxies add by default, each of them to a request whose Host they leave or replace by the upstream's.
PROXIES = {
    "nginx": ["X-Real-IP: 203.0.113.9", "X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: https"],
    "caddy": ["X-Forwarded-For: 127.0.0.1", "X-Forwarded-Host: classpulse.example.org", "X-Forwarded-Proto: http"],
    "apache": ["Via: 1.1 classpulse.example.org"],
    "cloudflared": ["CF-Connecting-IP: 203.0.113.9", "CF-Ray: 1", "X-Forwarded-For: 127.0.0.1"],
    "forwarded": ["Forwarded: for=127.0.0.1"],
}


@contextmanager
def proxy(port: int, headers: list[str]) -> Iterator[int]:
    """A proxy that passes on one request a connection with these headers; yields its port."""

    def copy(source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def serve(client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", port)) as upstream:
            line, _, rest = client.recv(65536).partition(b"\r\n")
            upstream.sendall(b"\r\n".join([line, *(header.encode() for header in headers), rest]))
            back = threading.Thread(target=copy, args=(upstream, client))
            back.start()
            copy(client, upstream)
            back.join()

    def accept() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(client,)).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield listener.getsockname()[1]
        finally:
            # close() alone does not wake accept().
            listener.shutdown(socket.SHUT_RDWR)
    accepting.join()


def port_of(stack: Stack) -> int:
    port = stack.http.base_url.port
    assert port is not None
    return port


@pytest.mark.parametrize("name", PROXIES)
def test_a_request_through_a_proxy_is_not_local(stack: Stack, name: str) -> None:
    batch = [event("through-a-proxy")]
    with proxy(port_of(stack), []) as plain, proxy(port_of(stack), PROXIES[name]) as known:
        posted = [
            httpx.post(f"http://localhost:{port}/api/v1/events", json=batch, headers={"connection": "close"})
            for port in (plain, known)
        ]
        assert [answer.status_code for answer in posted] == [202, 401]
        with_key = {"connection": "close", "authorization": f"Bearer {stack.ready['ingest_key']}"}
        keyed = httpx.post(f"http://localhost:{known}/api/v1/events", json=batch, headers=with_key)
        assert keyed.status_code == 202
        token = {"connection": "close", "authorization": stack.runner("status").request.headers["authorization"]}
        for path in ("status", "metrics", "dead-letters/classpulse-events-dead"):
            answer = httpx.get(f"http://localhost:{known}/_runner/{path}", headers=token)
            assert (answer.status_code, answer.content) == (403, b"")


@pytest.mark.parametrize("name", PROXIES)
def test_the_standing_ticket_opens_no_socket_through_a_proxy(stack: Stack, name: str) -> None:
    standing = json.loads((Path(stack.ready["data_dir"]) / "keys.json").read_text())["standing_ticket"]
    with connect(f"{stack.ready['websocket_url']}?token={standing}", proxy=None):
        pass
    with proxy(port_of(stack), PROXIES[name]) as port:
        with pytest.raises(InvalidStatus) as refused, connect(f"ws://localhost:{port}/ws?token={standing}", proxy=None):
            pass
        assert refused.value.response.status_code == 403
        with connect(f"ws://localhost:{port}/ws?token={stack.ticket()}", proxy=None):
            pass


def test_a_cookie_that_went_through_a_proxy_is_for_https_only(stack: Stack) -> None:
    """The proxy may name this machine as Host, and the browser may speak HTTPS with the proxy."""
    cookies = []
    with proxy(port_of(stack), PROXIES["apache"]) as known:
        for port in (port_of(stack), known):
            link = stack.http.post("/api/v1/session/links", json={}).json()["link"]
            headers = {"connection": "close", "content-type": "application/json"}
            answer = httpx.post(f"http://localhost:{port}/api/v1/session", json={"link": link}, headers=headers)
            cookies.append(answer.headers["set-cookie"])
    assert ["Secure" in cookie for cookie in cookies] == [False, True]
