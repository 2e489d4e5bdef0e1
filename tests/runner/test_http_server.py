"""The HTTP server of every address of the runner."""

import asyncio

import httpx
import pytest

from runner.errors import AddressInUse
from runner.heads import MOST_BYTES
from runner.http_server import HttpServer, Receive, Scope, Send, bind, body_of, respond
from tests.runner.served import serving
from tests.servers import LoopThread


def test_an_address_in_use_is_reported_with_a_remedy() -> None:
    with bind("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(AddressInUse, match=rf"127\.0\.0\.1:{port} cannot be listened on .*--port"):
            bind("127.0.0.1", port)


def test_a_server_that_was_never_started_releases_its_address(loop_thread: LoopThread) -> None:
    async def never_asked(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError

    server = HttpServer(never_asked, bind("127.0.0.1", 0))
    port = server.port
    loop_thread.run(server.stop(0))
    bind("127.0.0.1", port).close()


def test_stop_completes_running_requests_and_accepts_no_more(loop_thread: LoopThread) -> None:
    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.3)
        await respond(send, 200, b"done")

    async def scenario() -> None:
        server = HttpServer(slow, bind("127.0.0.1", 0))
        port = server.port
        await server.start()
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            asked = asyncio.create_task(client.get("/"))
            await asyncio.sleep(0.1)
            await server.stop(5)
            assert (await asked).text == "done"
            with pytest.raises(httpx.ConnectError):
                await client.get("/")

    loop_thread.run(scenario())


def test_stop_aborts_requests_after_the_grace_period(loop_thread: LoopThread) -> None:
    cut_off = asyncio.Event()

    async def stuck(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            cut_off.set()

    async def scenario() -> None:
        server = HttpServer(stuck, bind("127.0.0.1", 0))
        await server.start()
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        await asyncio.sleep(0.1)
        await server.stop(0.1)
        assert cut_off.is_set()
        writer.close()

    loop_thread.run(scenario())


def test_a_body_is_read_completely_up_to_its_limit(loop_thread: LoopThread) -> None:
    async def measure(scope: Scope, receive: Receive, send: Send) -> None:
        body = await body_of(receive, 100_000)
        await respond(send, 200, b"too large" if body is None else str(len(body)).encode())

    with serving(loop_thread, measure) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        assert client.post("/", content=b"").text == "0"
        assert client.post("/", content=b"x" * 100_000).text == "100000"
        assert client.post("/", content=b"x" * 100_001).text == "too large"
        assert client.post("/", content=(b"x" * 1000 for _ in range(99))).text == "99000"


@pytest.mark.parametrize("head", [b"GET /%s HTTP/1.1\r\nhost: x\r\n", b"GET / HTTP/1.1\r\nhost: x\r\nx: %s\r\n"])
def test_the_head_of_a_request_has_a_limit(loop_thread: LoopThread, head: bytes) -> None:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await respond(send, 200, b"fine")

    async def ask(port: int, requests: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(requests)
        answers = await reader.read() if len(requests) > MOST_BYTES else await reader.readuntil(b"fine")
        writer.close()
        return answers

    with serving(loop_thread, answer) as port:
        fits = head % (b"a" * (MOST_BYTES - 100)) + b"\r\n"
        assert b" 200 " in loop_thread.run(ask(port, fits))
        # It never ends; the server answers before it does.
        assert b" 431 " in loop_thread.run(ask(port, head[: head.index(b"%s")] + b"a" * 4 * MOST_BYTES))
