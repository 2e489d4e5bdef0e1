"""The public address of a template without a CloudFront distribution.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-set-up-websocket-deployment.html
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import websockets.asyncio.client as websockets
from websockets.exceptions import InvalidStatus

from runner.edge.connections import Connections
from runner.edge.direct_paths import DirectPaths, paths_of
from runner.edge.function_url import FunctionUrlApp
from runner.edge.websocket_api import WebSocketApp
from runner.functions.outcome import Outcome
from runner.http_server import App
from runner.template.model import Behavior, Function, FunctionUrl, Stack, WebSocketApi, WebSocketRoute
from tests.runner.served import FakeFunction, serving
from tests.servers import LoopThread

SOCKETS = WebSocketApi("Sockets", "live", "$request.body.action", {"$default": WebSocketRoute("Echo", responds=True)})
EVERYTHING = (Behavior("*", "function", "One", ("GET",), None),)


def a_function(name: str, *, has_url: bool = True) -> Function:
    url = FunctionUrl(f"{name.lower()}.lambda-url.us-east-1.on.aws", None) if has_url else None
    return Function(name, "handler.handler", Path(), 3, 128, None, (), {}, "Text", url)


def stack_of(*names: str, api: WebSocketApi | None = None, behaviors: tuple[Behavior, ...] = ()) -> Stack:
    functions = {name: a_function(name) for name in names} | {"Hidden": a_function("Hidden", has_url=False)}
    return Stack(functions, {}, (), api, behaviors, {}, ())


async def echo(function: str, payload: bytes) -> Outcome:
    return Outcome(b'{"statusCode": 200, "body": "heard"}')


@contextmanager
def served(loop_thread: LoopThread, stack: Stack) -> Iterator[tuple[int, dict[str, FakeFunction]]]:
    """Serve the stack; yield the port and the fake of each function."""
    functions = {name: FakeFunction() for name, found in stack.functions.items() if found.url}
    apps: dict[tuple[str, str], App] = {}
    for name, function in functions.items():
        url = stack.functions[name].url
        assert url is not None
        apps["function", name] = FunctionUrlApp(url, function)
        function.answer = {"statusCode": 200, "body": name}
    if stack.websocket_api is not None:
        apps["websocket", "Sockets"] = WebSocketApp(stack.websocket_api, echo, Connections())
    with serving(loop_thread, DirectPaths(stack, apps)) as port:
        yield port, functions


def test_each_function_url_and_websocket_api_has_a_path() -> None:
    assert paths_of(stack_of("One")) == {"One": "/"}
    assert paths_of(stack_of("One", "Two", api=SOCKETS)) == {"One": "/One/", "Two": "/Two/", "Sockets": "/live"}
    assert paths_of(stack_of()) == {}
    assert paths_of(stack_of("One", api=SOCKETS, behaviors=EVERYTHING)) == {}


@pytest.mark.parametrize("path", ["/", "/One/", "/deep/a%2Fb"])
def test_a_single_function_serves_every_path(loop_thread: LoopThread, path: str) -> None:
    with served(loop_thread, stack_of("One")) as (port, functions):
        assert httpx.post(f"http://127.0.0.1:{port}{path}?x=1", trust_env=False).text == "One"
        [event] = functions["One"].events
        assert (event["rawPath"], event["rawQueryString"]) == (path, "x=1")


@pytest.mark.parametrize(
    ("path", "name", "seen"),
    [
        ("/One/", "One", "/"),
        ("/One", "One", "/"),
        ("/One/a/b%2Fc", "One", "/a/b%2Fc"),
        ("/Two/One/", "Two", "/One/"),
        ("/Two//x", "Two", "//x"),
    ],
)
def test_each_of_several_functions_sees_the_path_below_its_prefix(
    loop_thread: LoopThread, path: str, name: str, seen: str
) -> None:
    with served(loop_thread, stack_of("One", "Two")) as (port, functions):
        assert httpx.get(f"http://127.0.0.1:{port}{path}?x=1", trust_env=False).text == name
        [event] = functions[name].events
        assert (event["rawPath"], event["requestContext"]["http"]["path"]) == (seen, seen)
        assert event["rawQueryString"] == "x=1"


@pytest.mark.parametrize("path", ["/", "/one/", "/Hidden/", "/OneTwo", "//One/", "/%4Fne/"])
def test_an_unknown_path_is_answered_with_the_known_ones(loop_thread: LoopThread, path: str) -> None:
    with served(loop_thread, stack_of("One", "Two", api=SOCKETS)) as (port, functions):
        answer = httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False)
        assert (answer.status_code, answer.text.count("\n")) == (404, 1)
        assert "/One/, /Two/, /live" in answer.text
        assert "Hidden" not in answer.text
        assert not functions["One"].events


def test_a_template_without_a_function_url_is_named_in_the_404(loop_thread: LoopThread) -> None:
    with served(loop_thread, stack_of()) as (port, _):
        answer = httpx.get(f"http://127.0.0.1:{port}/anything", trust_env=False)
        assert (answer.status_code, "no Function URL" in answer.text) == (404, True)


@pytest.mark.parametrize("functions", [(), ("One",), ("One", "Two")])
def test_sockets_open_only_at_the_path_of_the_stage(loop_thread: LoopThread, functions: tuple[str, ...]) -> None:
    async def scenario(port: int) -> None:
        for path in ("/live", "/live/"):
            async with websockets.connect(f"ws://127.0.0.1:{port}{path}", proxy=None) as socket:
                await socket.send("{}")
                assert await asyncio.wait_for(socket.recv(), 10) == "heard"
        for path in ("/", "/One/", "/live/more"):
            with pytest.raises(InvalidStatus) as refused:
                async with websockets.connect(f"ws://127.0.0.1:{port}{path}", proxy=None):
                    pass
            assert refused.value.response.status_code == 403

    with served(loop_thread, stack_of(*functions, api=SOCKETS)) as (port, _):
        loop_thread.run(scenario(port))
        assert httpx.get(f"http://127.0.0.1:{port}/live", trust_env=False).status_code == 426
