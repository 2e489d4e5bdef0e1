"""However a socket ends, $disconnect is invoked exactly once."""

import asyncio
from typing import Any

import pytest
import websockets.asyncio.client as websockets
from websockets.exceptions import ConnectionClosed

from runner.edge.websocket_api import Limits
from tests.runner.conftest import TrySockets
from tests.runner.pools import until
from tests.runner.sockets import OK, Sockets

KB = 1024


async def closed(socket: websockets.ClientConnection) -> tuple[int | None, str | None]:
    """Wait for the server to close; return its code and reason."""
    await asyncio.wait_for(socket.wait_closed(), 10)
    return socket.close_code, socket.close_reason


def test_a_client_that_closes_is_disconnected_with_its_code(with_sockets: TrySockets) -> None:
    async def scenario(api: Sockets) -> None:
        async with api.connect() as socket:
            await socket.close(4001, "bye")
        context = await api.disconnect_event()
        connect = api.events("Connect")[0]["requestContext"]
        assert (context["eventType"], context["routeKey"]) == ("DISCONNECT", "$disconnect")
        assert (context["disconnectStatusCode"], context["disconnectReason"]) == (4001, "bye")
        for name in ("connectionId", "connectedAt", "domainName", "stage", "apiId", "identity"):
            assert context[name] == connect[name]
        [event] = api.events("Disconnect")
        assert event["headers"]["Host"] == context["domainName"]
        assert event["isBase64Encoded"] is False

    with_sockets(scenario)


def test_a_client_that_is_cut_off_is_disconnected(with_sockets: TrySockets) -> None:
    async def scenario(api: Sockets) -> None:
        socket = await api.connect()
        socket.transport.abort()
        assert (await api.disconnect_event())["disconnectStatusCode"] == 1006

    with_sockets(scenario)


def test_a_client_that_is_cut_off_during_a_message_is_disconnected(with_sockets: TrySockets) -> None:
    async def scenario(api: Sockets) -> None:
        async def slowly() -> Any:
            await asyncio.sleep(0.3)
            return OK | {"body": "unheard"}

        api.answers["Ask"] = lambda _: slowly()
        socket = await api.connect()
        await socket.send('{"action": "ask"}')
        await until(lambda: api.events("Ask"))
        socket.transport.abort()
        await api.disconnect_event()

    with_sockets(scenario)


def test_a_client_that_leaves_during_connect_is_disconnected(with_sockets: TrySockets) -> None:
    async def scenario(api: Sockets) -> None:
        asked, go_on = asyncio.Event(), asyncio.Event()

        async def slowly() -> Any:
            asked.set()
            await go_on.wait()
            return OK

        api.answers["Connect"] = lambda _: slowly()
        _, writer = await asyncio.open_connection("127.0.0.1", api.public.port)
        writer.write(
            b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        await asked.wait()
        writer.transport.abort()
        await asyncio.sleep(0.1)
        go_on.set()
        # $connect accepted the client, so $disconnect must remove its state.
        await api.disconnect_event()

    with_sockets(scenario)


def test_a_connection_that_the_server_closes_is_disconnected(with_sockets: TrySockets) -> None:
    async def scenario(api: Sockets) -> None:
        async with api.connect() as one, api.connect() as two:
            await until(lambda: len(api.connections) == 2)
            await api.connections.close_all(1001, "Going away")
            assert await closed(one) == await closed(two) == (1001, "Going away")
            await until(lambda: len(api.connections) == 0)
        await asyncio.sleep(0.1)
        ids = {event["requestContext"]["connectionId"] for event in api.events("Disconnect")}
        assert len(ids) == len(api.events("Disconnect")) == 2

    with_sockets(scenario)


def test_a_server_that_stops_disconnects_its_clients(with_sockets: TrySockets) -> None:
    async def scenario(api: Sockets) -> None:
        async with api.connect() as socket:
            await api.public.stop(2)
            code, _ = await closed(socket)
            assert code in {1001, 1012}
        await api.disconnect_event()

    with_sockets(scenario)


def test_an_idle_socket_is_closed(with_sockets: TrySockets) -> None:
    async def scenario(api: Sockets) -> None:
        async with api.connect() as socket:
            for _ in range(4):
                await asyncio.sleep(0.2)
                await socket.send('{"action": "tell"}')
            assert len(api.connections) == 1
            assert await closed(socket) == (1001, "Going away")
        assert (await api.disconnect_event())["disconnectStatusCode"] == 1001

    with_sockets(scenario, limits=Limits(idle=0.6))


def test_a_socket_is_closed_at_its_maximum_age(with_sockets: TrySockets) -> None:
    async def scenario(api: Sockets) -> None:
        async with api.connect() as socket:

            async def chatter() -> None:
                while True:
                    await socket.send('{"action": "tell"}')
                    await asyncio.sleep(0.02)

            talking = asyncio.create_task(chatter())
            assert await closed(socket) == (1001, "Going away")
            with pytest.raises(ConnectionClosed):
                await talking
        await api.disconnect_event()

    with_sockets(scenario, limits=Limits(duration=0.4))


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        pytest.param(["x" * (32 * KB + 1)], 1009, id="frame"),
        pytest.param(["x" * 32 * KB] * 4 + ["x"], 1009, id="message"),
        pytest.param([b"binary"], 1003, id="binary"),
    ],
)
def test_a_message_that_is_too_large_or_binary_closes_the_socket(
    with_sockets: TrySockets, frames: list[str], code: int
) -> None:
    async def scenario(api: Sockets) -> None:
        async with api.connect() as socket:
            await socket.send(frames)
            found, _ = await closed(socket)
            assert found == code
        assert (await api.disconnect_event())["disconnectStatusCode"] == code
        assert {name for name, _ in api.calls} == {"Connect", "Disconnect"}

    with_sockets(scenario)


def test_a_message_of_128_kb_in_frames_of_32_kb_is_accepted(with_sockets: TrySockets) -> None:
    async def scenario(api: Sockets) -> None:
        async with api.connect() as socket:
            await socket.send(["x" * 32 * KB] * 4)
            await until(lambda: api.events("Default"))
        assert api.events("Default")[0]["body"] == "x" * 128 * KB
        await api.disconnect_event()

    with_sockets(scenario)
