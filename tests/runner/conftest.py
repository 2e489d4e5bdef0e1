"""Fixtures shared by several of the runner's tests."""

import sys
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import httpx
import pytest

from runner.edge.function_url import FunctionUrlApp
from runner.functions import process_worker
from runner.sources.sqs import streams
from runner.template.model import FunctionUrl
from tests.runner.queues import QueueUnderTest, SqsUnderTest, StreamUnderTest
from tests.runner.served import FakeFunction, serving
from tests.runner.sockets import Sockets, sockets
from tests.servers import LoopThread
from tests.sqs_server import sqs_server

TrySockets = Callable[..., None]
Rule = Callable[..., None]


@pytest.fixture
def with_sockets(loop_thread: LoopThread) -> TrySockets:
    """Run a scenario against a WebSocket API; settings are those of `sockets`."""

    def run(scenario: Callable[[Sockets], Coroutine[Any, Any, None]], **settings: Any) -> None:
        async def within() -> None:
            async with sockets(**settings) as api:
                await scenario(api)

        loop_thread.run(within())

    return run


@pytest.fixture(autouse=True)
def _look_often_for_what_is_visible_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "CLAIM_SECONDS", 0.05)


CLIENTS = {"awslambdaric": process_worker.AWS_CLIENT, "runtime_client": process_worker.PLAIN_CLIENT}


# AWS's own client is for Linux; the plain one, which other systems use, runs everywhere.
@pytest.fixture(params=CLIENTS if sys.platform == "linux" else ["runtime_client"])
def runtime_client(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run the workers with each runtime client."""
    monkeypatch.setattr(process_worker, "RUNTIME_CLIENT", CLIENTS[request.param])
    return str(request.param)


@pytest.fixture(scope="session")
def sqs_endpoint() -> Iterator[str]:
    with sqs_server() as endpoint:
        yield endpoint


@pytest.fixture(params=["stream", "sqs"])
def rule(request: pytest.FixtureRequest, loop_thread: LoopThread) -> Rule:
    """Tries a rule on each kind of queue; settings are those of its Queue."""

    def make(**settings: Any) -> QueueUnderTest:
        if request.param == "sqs":
            return SqsUnderTest(request.getfixturevalue("sqs_endpoint"), **settings)
        return StreamUnderTest(request.getfixturevalue("redis_url"), **settings)

    def run(scenario: Callable[[QueueUnderTest], Coroutine[Any, Any, None]], **settings: Any) -> None:
        async def within(queue: QueueUnderTest) -> None:
            try:
                # The queue exists before its first message is sent.
                await queue.source().open()
                await scenario(queue)
            finally:
                await queue.close()

        loop_thread.run(within(make(**settings)))

    return run


@pytest.fixture(scope="module")
def function() -> FakeFunction:
    return FakeFunction()


@pytest.fixture(scope="module")
def function_port(loop_thread: LoopThread, function: FakeFunction) -> Iterator[int]:
    with serving(loop_thread, FunctionUrlApp(FunctionUrl("fn.lambda-url.us-east-1.on.aws", None), function)) as port:
        yield port


@pytest.fixture
def caller(function_port: int, function: FakeFunction) -> Iterator[httpx.Client]:
    function.answer = {"statusCode": 200}
    function.events.clear()
    with httpx.Client(base_url=f"http://127.0.0.1:{function_port}", timeout=20) as client:
        yield client
