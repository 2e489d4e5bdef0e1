"""The events that AWS documents, those in tests/events and those of the runner have the same fields.

tests/aws_events.py cites the AWS page beside the fields of each event.
"""

import asyncio
import hashlib
import json
from typing import Any

import httpx
import pytest

from runner.functions.outcome import Outcome
from runner.sources.schedule.source import Scheduler
from runner.sources.schedule.template import Schedule
from runner.sources.sqs.event import sqs_event
from runner.sources.sqs.queue import Message
from tests.aws_events import CONTRACTS, EVENTS, check, payload
from tests.runner.conftest import TrySockets
from tests.runner.pools import until
from tests.runner.served import FakeFunction
from tests.runner.sockets import Sockets
from tests.servers import LoopThread


def test_every_fixture_has_a_contract() -> None:
    assert {path.stem for path in EVENTS.glob("*.json")} == set(CONTRACTS)


@pytest.mark.parametrize("name", sorted(CONTRACTS))
def test_a_fixture_has_the_documented_fields_and_no_other(name: str) -> None:
    fixture = payload(name)
    if name == "function_url":
        # These values differ each time; the runner's tests compare the others.
        context = fixture["requestContext"]
        assert {context["requestId"], context["time"], context["timeEpoch"]} == {"<any>"}
        context["timeEpoch"] = 0
    check(fixture, CONTRACTS[name])


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"routeKey": None}, "routeKey is"),
        ({"isBase64Encoded": "false"}, "isBase64Encoded is"),
        ({"requestContext": {}}, "missing"),
        ({"resource": "/"}, "not documented"),
        ({"headers": {"host": ["a"]}}, "not documented"),
    ],
)
def test_wrong_types_and_unknown_or_missing_fields_are_detected(change: Any, complaint: str) -> None:
    event = payload("function_url") | change
    if "requestContext" not in change:
        event["requestContext"]["timeEpoch"] = 0
    with pytest.raises(AssertionError, match=complaint):
        check(event, CONTRACTS["function_url"])


def values(event: dict[str, Any], *names: str) -> list[Any]:
    """Return the values of requestContext.<name>."""
    return [event["requestContext"][name] for name in names]


@pytest.mark.parametrize(
    "request_", [("GET", "/", {}), ("POST", "/a?b=c", {"content": b"{}", "headers": {"cookie": "a=b"}})]
)
def test_the_runners_function_url_event_has_the_documented_fields(
    caller: httpx.Client, function: FakeFunction, request_: tuple[str, str, Any]
) -> None:
    method, path, options = request_
    caller.request(method, path, **options)
    [event] = function.events
    check(event, CONTRACTS["function_url"])


@pytest.mark.parametrize("attributes", [{}, {"reason": "tried by hand"}])
def test_the_runners_sqs_event_has_the_documented_fields(attributes: dict[str, str]) -> None:
    [record] = payload("sqs")["Records"]
    sent, received = (int(record["attributes"][f"{name}Timestamp"]) for name in ("Sent", "ApproximateFirstReceive"))
    message = Message(record["messageId"], record["receiptHandle"], record["body"], sent, received, 1, attributes)
    event = json.loads(sqs_event([message, message], record["eventSourceARN"]))
    check(event, CONTRACTS["sqs"])
    assert len(event["Records"]) == 2
    assert record["md5OfBody"] == hashlib.md5(record["body"].encode()).hexdigest()
    if attributes:
        assert event["Records"][0] == record


def test_the_runners_websocket_events_have_the_documented_fields(with_sockets: TrySockets) -> None:
    async def scenario(api: Sockets) -> None:
        async with api.connect("?token=a") as socket:
            await socket.send("hello")
            await until(lambda: api.events("Default"))
        await api.disconnect_event()
        async with api.connect():
            pass
        await until(lambda: len(api.events("Disconnect")) == 2)

    found: list[tuple[str, dict[str, Any]]] = []

    async def keep(api: Sockets) -> None:
        await scenario(api)
        found.extend(api.calls)

    with_sockets(keep)
    kinds = {"Connect": "websocket_connect", "Default": "websocket_message", "Disconnect": "websocket_disconnect"}
    assert [name for name, _ in found] == ["Connect", "Default", "Disconnect", "Connect", "Disconnect"]
    for name, event in found:
        check(event, CONTRACTS[kinds[name]])
        same = ("routeKey", "eventType", "messageDirection", "stage")
        assert values(event, *same) == values(payload(kinds[name]), *same)
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
    for _, event in found:
        assert event["requestContext"]["requestId"] == event["requestContext"]["extendedRequestId"]
    [disconnect_event, _] = [event for name, event in found if name == "Disconnect"]
    assert set(disconnect_event["headers"]) == set(payload("websocket_disconnect")["headers"])


def test_the_runners_scheduled_event_has_the_documented_fields(loop_thread: LoopThread) -> None:
    calls: list[bytes] = []

    async def invoke(name: str, event: bytes) -> Outcome:
        calls.append(event)
        return Outcome(b"null")

    async def scenario() -> None:
        scheduler = Scheduler((), invoke)
        await scheduler.fire(Schedule("Retention", "Fn", "rate(1 hour)", None))
        await scheduler.stop()

    loop_thread.run(asyncio.wait_for(scenario(), 5))
    [event] = [json.loads(call) for call in calls]
    check(event, CONTRACTS["schedule"])
    varies = {"id": event["id"], "time": event["time"]}
    assert event == payload("schedule") | varies
