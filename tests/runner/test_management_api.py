"""@connections, called with boto3.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError
from websockets.exceptions import ConnectionClosed

from runner.edge import websocket_api
from tests.runner.conftest import TrySockets
from tests.runner.pools import until
from tests.runner.sockets import KEYS, OK, Sockets


@contextmanager
def gateway(url: str, keys: tuple[str, str] = KEYS) -> Iterator[Any]:
    client = boto3.client(
        "apigatewaymanagementapi",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=keys[0],
        aws_secret_access_key=keys[1],
    )
    try:
        yield client
    finally:
        client.close()


async def connected(api: Sockets) -> str:
    await until(lambda: len(api.connections) == 1)
    connection_id: str = api.events("Connect")[0]["requestContext"]["connectionId"]
    return connection_id


async def refused(call: Any, **arguments: Any) -> tuple[str, int]:
    with pytest.raises(ClientError) as failure:
        await asyncio.to_thread(call, **arguments)
    answer = failure.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize("connection_id", [None, "a/b+c d%2F?#=="])
def test_a_connection_can_be_posted_to_read_and_deleted(
    with_sockets: TrySockets, monkeypatch: pytest.MonkeyPatch, connection_id: str | None
) -> None:
    if connection_id is not None:
        monkeypatch.setattr(websocket_api, "new_connection_id", lambda: connection_id)

    async def scenario(api: Sockets) -> None:
        with gateway(api.management_url) as client:
            began = datetime.now(UTC)
            async with api.connect(user_agent_header="tests") as socket:
                found = await connected(api)
                await asyncio.to_thread(client.post_to_connection, ConnectionId=found, Data='{"text": "ä"}')
                assert await socket.recv() == '{"text": "ä"}'
                await asyncio.to_thread(client.post_to_connection, ConnectionId=found, Data=b"\xff\x00")
                assert await socket.recv() == b"\xff\x00"
                about = await asyncio.to_thread(client.get_connection, ConnectionId=found)
                # @connections has fields for the client's machine, but none for its user.
                assert about["Identity"] == {"SourceIp": "127.0.0.1", "UserAgent": "tests"}
                assert abs((about["ConnectedAt"] - began).total_seconds()) < 60
                assert about["LastActiveAt"] >= about["ConnectedAt"]
                await asyncio.to_thread(client.delete_connection, ConnectionId=found)
                with pytest.raises(ConnectionClosed):
                    await asyncio.wait_for(socket.recv(), 10)
                for call in (client.get_connection, client.delete_connection):
                    assert await refused(call, ConnectionId=found) == ("GoneException", 410)
                assert await refused(client.post_to_connection, ConnectionId=found, Data="x") == ("GoneException", 410)
            await api.disconnect_event()

    with_sockets(scenario)


def test_an_unknown_connection_is_gone(with_sockets: TrySockets) -> None:
    async def scenario(api: Sockets) -> None:
        with gateway(api.management_url) as client:
            for call in (client.get_connection, client.delete_connection):
                assert await refused(call, ConnectionId="never=") == ("GoneException", 410)
            assert await refused(client.post_to_connection, ConnectionId="never=", Data="x") == ("GoneException", 410)

    with_sockets(scenario)


def test_a_connection_is_gone_until_connect_has_accepted_it(with_sockets: TrySockets) -> None:
    async def scenario(api: Sockets) -> None:
        with gateway(api.management_url) as client:

            async def too_early(event: dict[str, Any]) -> Any:
                connection_id = event["requestContext"]["connectionId"]
                found = await refused(client.post_to_connection, ConnectionId=connection_id, Data="x")
                assert found == ("GoneException", 410)
                return OK

            api.answers["Connect"] = too_early
            async with api.connect():
                await connected(api)

    with_sockets(scenario)


def test_a_disconnected_client_is_gone(with_sockets: TrySockets) -> None:
    async def scenario(api: Sockets) -> None:
        with gateway(api.management_url) as client:
            socket = await api.connect()
            found = await connected(api)
            socket.transport.abort()
            await api.disconnect_event()
            assert await refused(client.post_to_connection, ConnectionId=found, Data="x") == ("GoneException", 410)

    with_sockets(scenario)


def test_invalid_requests_are_refused(with_sockets: TrySockets) -> None:
    async def scenario(api: Sockets) -> None:
        async with api.connect() as socket:
            found = await connected(api)
            with gateway(api.management_url) as client:
                data = "x" * 128 * 1024
                await asyncio.to_thread(client.post_to_connection, ConnectionId=found, Data=data)
                assert await socket.recv() == data
                error = await refused(client.post_to_connection, ConnectionId=found, Data=data + "x")
                assert error == ("PayloadTooLargeException", 413)
            with gateway(api.management_url.replace("/ws", "/other")) as client:
                error = await refused(client.post_to_connection, ConnectionId=found, Data="x")
                assert error == ("ForbiddenException", 403)
            async with httpx.AsyncClient(base_url=api.management_url) as plain:
                assert (await plain.get("/")).status_code == 403
                assert (await plain.put(f"/@connections/{found}")).status_code == 403
                assert (await plain.get("/@connections/caf%C3%A9")).status_code == 403

    with_sockets(scenario)


@pytest.mark.parametrize("keys", [("LOCALOTHER", KEYS[1]), (KEYS[0], "another-secret")], ids=["key id", "secret"])
def test_a_request_that_was_signed_with_other_keys_is_refused(with_sockets: TrySockets, keys: tuple[str, str]) -> None:
    async def scenario(api: Sockets) -> None:
        async with api.connect() as socket:
            found = await connected(api)
            with gateway(api.management_url, keys) as client:
                for call in (client.get_connection, client.delete_connection):
                    assert await refused(call, ConnectionId=found) == ("ForbiddenException", 403)
                error = await refused(client.post_to_connection, ConnectionId=found, Data="x")
                assert error == ("ForbiddenException", 403)
                # Whether a connection exists is not for everybody to know.
                assert await refused(client.get_connection, ConnectionId="never=") == ("ForbiddenException", 403)
            with gateway(api.management_url) as client:
                await asyncio.to_thread(client.post_to_connection, ConnectionId=found, Data="mine")
            assert await socket.recv() == "mine"

    with_sockets(scenario)


def test_posting_counts_as_activity(with_sockets: TrySockets) -> None:
    async def scenario(api: Sockets) -> None:
        async with api.connect():
            connection = api.connections.get(await connected(api))
            assert connection is not None
            connection.last_active = time.monotonic() - 100
            await connection.push(b"x")
            assert time.monotonic() - connection.last_active < 100

    with_sockets(scenario)


def test_a_caller_that_disconnects_during_its_request_causes_no_error(
    with_sockets: TrySockets, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(api: Sockets) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", api.management.port)
        writer.write(b"POST /ws/@connections/a HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\nhalf")
        await writer.drain()
        await asyncio.sleep(0.1)
        writer.close()
        await asyncio.sleep(0.2)
        assert await asyncio.to_thread(httpx.get, f"{api.management_url}/@connections/a")

    with_sockets(scenario)
    assert "Exception in ASGI application" not in caplog.text
