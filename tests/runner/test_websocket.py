"""A WebSocket API: the handshake, the route of a message, and the fields of its events.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api.html
"""

import asyncio
import json
from dataclasses import replace
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from runner.functions.outcome import Outcome
from tests.runner.conftest import TrySockets
from tests.runner.pools import until
from tests.runner.sockets import API, OK, Sockets

FAILED = Outcome(b'{"errorMessage": "secret"}', failed=True)


def test_connect_is_invoked_before_the_upgrade(with_sockets: TrySockets) -> None:
    async def scenario(api: Sockets) -> None:
        seen: list[int] = []

        def accept(_: object) -> dict[str, int]:
            seen.append(len(api.connections))
            return OK

        api.answers["Connect"] = accept
        headers = {"Authorization": "Bearer t", "User-Agent": "tests"}
        async with api.connect("?token=a%20b&x=1&x=2&empty=", additional_headers=headers, user_agent_header=None):
            await until(lambda: len(api.connections) == 1)
        assert seen == [0]
        [event] = api.events("Connect")
        context = event["requestContext"]
        assert event["queryStringParameters"] == {"token": "a b", "x": "2", "empty": ""}
        assert event["multiValueQueryStringParameters"] == {"token": ["a b"], "x": ["1", "2"], "empty": [""]}
        assert event["headers"]["Authorization"] == "Bearer t"
        assert event["headers"]["Sec-WebSocket-Version"] == "13"
        assert event["multiValueHeaders"]["Host"] == [f"127.0.0.1:{api.public.port}"]
        assert event["isBase64Encoded"] is False
        assert "body" not in event
        assert context["identity"] == {"sourceIp": "127.0.0.1", "userAgent": "tests"}
        assert (context["eventType"], context["routeKey"]) == ("CONNECT", "$connect")
        assert "messageId" not in context

    with_sockets(scenario)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({"statusCode": 401}, 401),
        ({"statusCode": 403, "body": "secret"}, 403),
        ({"statusCode": 500}, 500),
        (FAILED, 502),
        ({"no": "status"}, 502),
        ("text", 502),
        (None, 502),
    ],
    ids=str,
)
def test_connect_refuses_the_handshake_with_its_status(with_sockets: TrySockets, answer: Any, status: int) -> None:
    async def scenario(api: Sockets) -> None:
        api.answers["Connect"] = answer
        with pytest.raises(InvalidStatus) as refused:
            async with api.connect():
                pass
        assert refused.value.response.status_code == status
        assert b"secret" not in refused.value.response.body
        await asyncio.sleep(0.1)
        assert not api.events("Disconnect")
        assert len(api.connections) == 0

    with_sockets(scenario)


def test_another_stage_and_plain_http_are_refused(with_sockets: TrySockets) -> None:
    async def scenario(api: Sockets) -> None:
        with pytest.raises(InvalidStatus) as refused:
            async with api.connect("/other"):
                pass
        assert refused.value.response.status_code == 403
        async with httpx.AsyncClient() as client:
            assert (await client.get(api.url.replace("ws:", "http:"))).status_code == 426
        assert not api.calls

    with_sockets(scenario)


def test_a_message_event_has_every_field(with_sockets: TrySockets) -> None:
    async def scenario(api: Sockets) -> None:
        text = json.dumps({"action": "tell", "text": "ä😀\u2028"}, ensure_ascii=False)
        async with api.connect() as socket:
            await socket.send(text)
            await socket.send(text)
            await until(lambda: len(api.events("Tell")) == 2)
        first, second = api.events("Tell")
        assert (first["body"], first["isBase64Encoded"]) == (text, False)
        one, two = first["requestContext"], second["requestContext"]
        connect = api.events("Connect")[0]["requestContext"]
        for name in ("connectionId", "connectedAt", "domainName", "stage", "apiId", "identity"):
            assert one[name] == two[name] == connect[name]
        assert (one["eventType"], one["routeKey"], one["messageDirection"]) == ("MESSAGE", "tell", "IN")
        assert (one["stage"], one["apiId"]) == ("ws", "Api")
        assert one["domainName"].startswith("127.0.0.1")
        assert one["messageId"] != two["messageId"]
        assert one["requestId"] != two["requestId"]
        assert one["connectedAt"] <= one["requestTimeEpoch"]
        assert one["requestTime"].endswith(" +0000")
        assert one["extendedRequestId"]

    with_sockets(scenario)


@pytest.mark.parametrize(
    ("message", "function"),
    [
        ('{"action": "ask"}', "Ask"),
        ('{"action": "tell", "other": 1}', "Tell"),
        ('{"action": "unknown"}', "Default"),
        ('{"action": "$connect"}', "Default"),
        ('{"action": 1}', "Default"),
        ('{"action": null}', "Default"),
        ('{"other": "ask"}', "Default"),
        ('["ask"]', "Default"),
        ('"ask"', "Default"),
        ("no JSON", "Default"),
        ("", "Default"),
        ("[" * 20_000, "Default"),
    ],
    ids=lambda value: value[:24],
)
def test_the_selection_expression_chooses_the_route(with_sockets: TrySockets, message: str, function: str) -> None:
    async def scenario(api: Sockets) -> None:
        async with api.connect() as socket:
            await socket.send(message)
            await until(lambda: api.events(function), 5)
        assert {name for name, _ in api.calls} <= {"Connect", function, "Disconnect"}

    with_sockets(scenario)


def test_a_message_without_a_route_is_forbidden(with_sockets: TrySockets) -> None:
    async def scenario(api: Sockets) -> None:
        async with api.connect() as socket:
            await socket.send("hello")
            answer = json.loads(await socket.recv())
            assert answer["message"] == "Forbidden"
            assert set(answer) == {"message", "connectionId", "requestId"}

    with_sockets(scenario, api=replace(API, routes={"ask": API.routes["ask"]}))


def test_a_route_with_a_response_answers_and_one_without_does_not(with_sockets: TrySockets) -> None:
    async def scenario(api: Sockets) -> None:
        api.answers |= {"Tell": OK | {"body": "unheard"}, "Ask": OK | {"body": "ä answer"}, "Default": FAILED}
        async with api.connect() as socket:
            await socket.send('{"action": "tell"}')
            await socket.send('{"action": "ask"}')
            assert await socket.recv() == "ä answer"
            await socket.send("fail")
            answer = json.loads(await socket.recv())
            assert answer["message"] == "Internal server error"
            assert answer["connectionId"] == api.events("Ask")[0]["requestContext"]["connectionId"]
            # The socket stays open; an answer without a body sends no message.
            for silent in (OK, {"body": None}, None, "text", OK | {"body": ""}):
                api.answers["Ask"] = silent
                await socket.send('{"action": "ask"}')
            api.answers["Default"] = OK | {"body": "end"}
            await until(lambda: len(api.events("Ask")) == 6)
            await socket.send("end")
            assert await socket.recv() == "end"

    with_sockets(scenario)


def test_an_answer_with_a_lone_surrogate_does_not_close_the_socket(with_sockets: TrySockets) -> None:
    async def scenario(api: Sockets) -> None:
        api.answers |= {"Ask": OK | {"body": "\ud800"}, "Default": OK | {"body": "end"}}
        async with api.connect() as socket:
            await socket.send('{"action": "ask"}')
            await socket.send("end")
            while await asyncio.wait_for(socket.recv(), 10) != "end":
                pass

    with_sockets(scenario)
