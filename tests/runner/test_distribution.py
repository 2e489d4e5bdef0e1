"""CloudFront: the origin that a request reaches.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
"""

import asyncio
from collections.abc import Iterator, Mapping

import httpx
import pytest
import websockets.asyncio.client as websockets
from websockets.exceptions import InvalidStatus

from runner.edge.distribution import Distribution
from runner.http_server import App, Receive, Scope, Send, respond
from runner.template.model import Behavior
from tests.runner.served import serving
from tests.servers import LoopThread

ALL = ("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE")
BEHAVIORS = (
    Behavior("/ws", "websocket", "sockets", ("GET", "HEAD"), None),
    Behavior("/api/*", "function", "api", ALL, None),
    Behavior("images/*.jpg", "function", "images", ("GET", "HEAD"), None),
    Behavior("/item?", "function", "item", ("GET", "HEAD"), None),
    Behavior("/a.b", "function", "dot", ("GET", "HEAD"), None),
    Behavior("/", "function", "root", ("GET", "HEAD"), "Root"),
    Behavior("*", "bucket", "site", ("GET", "HEAD"), None),
)


def naming(name: str) -> App:
    """An app that answers with its name and the requested path."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.send", "text": name})
            await receive()
        else:
            await respond(send, 200, f"{name} {scope['path']} {scope['raw_path'].decode()}".encode())

    return app


def viewer(headers: Mapping[str, str]) -> tuple[str, str] | None:
    return ("site-origin", "/index.html") if "text/html" in headers.get("accept", "") else None


@pytest.fixture(scope="module")
def port(loop_thread: LoopThread) -> Iterator[int]:
    apps = {(behavior.kind, behavior.target): naming(behavior.target) for behavior in BEHAVIORS}
    with serving(
        loop_thread, Distribution(BEHAVIORS, {"site-origin": ("bucket", "site")}, apps, {"Root": viewer})
    ) as port:
        yield port


@pytest.fixture(scope="module")
def client(port: int) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "origin"),
    [
        ("/api/", "api"),
        ("/api/v1/events?x=1", "api"),
        ("/api/a%0Ab", "api"),
        ("/api", "site"),
        ("/API/x", "site"),
        ("/images/deep/a.jpg", "images"),
        ("/images/a.jpeg", "site"),
        ("/other/images/a.jpg", "site"),
        ("/item1", "item"),
        ("/item", "site"),
        ("/item12", "site"),
        ("/a.b", "dot"),
        ("/aXb", "site"),
        ("/", "root"),
        ("/index.html", "site"),
    ],
)
def test_the_first_matching_behaviour_chooses_the_origin(client: httpx.Client, path: str, origin: str) -> None:
    assert client.get(path).text.split()[0] == origin


@pytest.mark.parametrize("method", ALL)
def test_a_method_that_a_behaviour_does_not_allow_is_forbidden(client: httpx.Client, method: str) -> None:
    assert client.request(method, "/api/x").status_code == 200
    answer = client.request(method, "/index.html")
    assert answer.status_code == (200 if method in {"GET", "HEAD"} else 403)
    if answer.status_code == 403:
        assert "not configured to allow the HTTP request method" in answer.text


def test_a_viewer_request_function_may_choose_another_origin(client: httpx.Client) -> None:
    assert client.get("/", headers={"accept": "application/json"}).text == "root / /"
    assert client.get("/", headers={"accept": "text/html,*/*"}).text == "site /index.html /index.html"
    assert client.post("/", headers={"accept": "text/html"}).status_code == 403


def test_sockets_reach_only_the_websocket_api(loop_thread: LoopThread, port: int) -> None:
    async def scenario() -> None:
        async with websockets.connect(f"ws://127.0.0.1:{port}/ws") as socket:
            assert await asyncio.wait_for(socket.recv(), 10) == "sockets"
        with pytest.raises(InvalidStatus) as refused:
            async with websockets.connect(f"ws://127.0.0.1:{port}/api/x"):
                pass
        assert refused.value.response.status_code == 403

    loop_thread.run(scenario())
