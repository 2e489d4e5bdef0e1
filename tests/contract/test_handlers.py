"""Each functions/*/handler.py as AWS invokes it, with its payload out of tests/events, on real servers.

https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import redis
from classpulse.core.redis import make_redis
from classpulse.identity.model import SocketIdentity
from classpulse.ingest.redis import RedisPolicyCache
from classpulse.ingest.redis_erasures import RedisErasures
from classpulse.live.redis_tickets import RedisTickets

from runner.template.loader import load
from tests.aws_events import payload

ROOT = Path(__file__).parents[2]
INGEST_KEY = "the-ingest-key-of-the-tests"
TOKEN = "the-instructor-token-of-the-tests"
QUEUES = ("events", "series", "updates")
# A handler prints its log; the answers follow it.
PROGRAM = """
import json, sys, types, handler
context = types.SimpleNamespace(get_remaining_time_in_millis=lambda: 10_000)
answers = []
for event in json.load(sys.stdin):
    try:
        answers.append(handler.handler(event, context))
    except Exception as error:
        answers.append({"errorType": type(error).__name__})
print(json.dumps(answers))
"""
# function, events... -> its answers, from one execution environment.
Invoke = Callable[..., list[Any]]
Queued = Callable[[str], list[dict[str, Any]]]


@pytest.fixture
def invoke(database_url: str, redis_url: str, tmp_path: Path) -> Invoke:
    RedisPolicyCache(make_redis(redis_url)).publish([], {})
    RedisErasures(make_redis(redis_url)).publish([])
    environment = {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "INSTRUCTOR_TOKEN": TOKEN,
        "INGEST_KEY": INGEST_KEY,
        "SIGNING_KEY": "the-signing-key-of-the-tests",
        "PRIVACY_KEY": "the-privacy-key-of-the-tests",
        "OPEN_INGEST": "true",
        "DEFAULT_CLASS_ID": "default",
        "RAW_DATA_DAYS": "90",
        "CLASS_DAYS": "365",
        "AUDIT_DAYS": "365",
        "ERASURE_JOURNAL_URL": (tmp_path / "erasures.journal").as_uri(),
        "WEBSOCKET_API_ENDPOINT": "ws://127.0.0.1:1",
        "WEBSOCKET_STAGE": "ws",
        "AWS_DEFAULT_REGION": "us-east-1",
        "PYTHONPATH": str(ROOT / "layers/common/python"),
    }
    for queue in QUEUES:
        environment[f"{queue.upper()}_QUEUE_URL"] = f"{redis_url}#classpulse-{queue}"
        environment[f"{queue.upper()}_DEAD_LETTER_QUEUE_URL"] = f"{redis_url}#classpulse-{queue}-dead"

    def run(function: str, *events: dict[str, Any]) -> list[Any]:
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=ROOT / "functions" / function,
            env=environment,
            input=json.dumps(events),
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        answers: list[Any] = json.loads(ran.stdout.splitlines()[-1])
        return answers

    return run


@pytest.fixture
def queued(redis_url: str) -> Queued:
    def bodies(queue: str) -> list[dict[str, Any]]:
        with redis.Redis.from_url(redis_url, decode_responses=True) as client:
            return [json.loads(fields["body"]) for _, fields in client.xrange(f"queue:classpulse-{queue}")]

    return bodies


def http_event(method: str, path: str, body: str | None = None) -> dict[str, Any]:
    """Return the Function URL's payload with another request in it."""
    event = payload("function_url") | {"rawPath": path, "rawQueryString": "", "queryStringParameters": {}}
    context = event["requestContext"]
    context["http"] |= {"method": method, "path": path}
    context |= {"requestId": "request-1", "time": "01/Jan/2026:09:00:00 +0000", "timeEpoch": 1767258000000}
    if body is None:
        del event["body"]
        event["headers"]["authorization"] = f"Bearer {TOKEN}"
    else:
        event["body"] = body
    return event


def with_token(event: dict[str, Any]) -> dict[str, Any]:
    """Return the payload with the operator's bearer."""
    return event | {"headers": event["headers"] | {"authorization": f"Bearer {TOKEN}"}}


def sqs_event(*bodies: str) -> dict[str, Any]:
    """Return the queue's payload with these bodies; None keeps the body of the fixture."""
    [record] = payload("sqs")["Records"]
    return {"Records": [record | {"messageId": f"message-{at}", "body": body} for at, body in enumerate(bodies)]}


def test_every_function_is_invoked_here() -> None:
    tested = {name.removeprefix("test_the_function_") for name in globals() if name.startswith("test_the_function_")}
    assert tested == {path.parent.name for path in ROOT.glob("functions/*/handler.py")}


def test_the_function_ingest(invoke: Invoke, queued: Queued) -> None:
    events = json.loads(payload("sqs")["Records"][0]["body"])["events"]
    elsewhere = payload("function_url")
    elsewhere["headers"]["host"] = "127.0.0.1"
    sent = http_event("POST", "/api/v1/events", json.dumps(events))
    sent["headers"]["authorization"] = f"Bearer {INGEST_KEY}"
    taken, unknown, refused = invoke("ingest", sent, elsewhere, http_event("POST", "/api/v1/events", "[]"))
    assert (taken["statusCode"], taken["isBase64Encoded"]) == (202, False)
    assert json.loads(taken["body"])["processed_count"] == 1
    assert {name.lower() for name in taken["headers"]} >= {"content-type", "x-correlation-id"}
    assert (unknown["statusCode"], refused["statusCode"]) == (404, 401)
    [batch] = queued("events")
    assert [event["eventId"] for event in batch["events"]] == ["e1"]


def test_the_function_consume(invoke: Invoke, queued: Queued) -> None:
    body = payload("sqs")["Records"][0]["body"]
    bad = sqs_event('{"not": "a batch"}', body)
    assert invoke("consume", payload("sqs"), bad) == [{"batchItemFailures": []}] * 2
    first, repeated = queued("series")
    assert first["events"] == repeated["events"]
    assert first["events"][0]["eventId"] == "e1"
    assert [student["userId"] for student in queued("updates")[0]["students"]] == ["ada"]
    assert queued("events-dead") == [{"not": "a batch"}]


def test_the_function_persist_series(invoke: Invoke) -> None:
    assert invoke("persist_series", payload("sqs")) == [{"batchItemFailures": []}]


def test_the_function_broadcast(invoke: Invoke, queued: Queued) -> None:
    invoke("consume", payload("sqs"))
    [update] = queued("updates")
    event = sqs_event(json.dumps(update), "no update")
    assert invoke("broadcast", event) == [{"batchItemFailures": [{"itemIdentifier": "message-1"}]}]


def with_ticket(redis_url: str) -> dict[str, Any]:
    """Return the handshake's payload with a ticket of the operator."""
    ticket = RedisTickets(make_redis(redis_url)).issue(SocketIdentity(None, "operator", None))
    return payload("websocket_connect") | {"queryStringParameters": {"token": ticket}}


def test_the_function_connect(invoke: Invoke, queued: Queued, redis_url: str) -> None:
    event = with_ticket(redis_url)
    wrong = event | {"queryStringParameters": {"token": "x"}}
    without = {name: value for name, value in event.items() if "uery" not in name}
    assert [answer["statusCode"] for answer in invoke("connect", event, wrong, without)] == [200, 403, 401]
    [joined] = queued("updates")
    assert joined["connectionId"] == event["requestContext"]["connectionId"]


def test_the_function_message(invoke: Invoke, redis_url: str) -> None:
    invoke("connect", with_ticket(redis_url))
    [answer] = invoke("message", payload("websocket_message"))
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["type"] == "pong"


def test_the_function_disconnect(invoke: Invoke, redis_url: str) -> None:
    def kept() -> bool:
        connection = payload("websocket_connect")["requestContext"]["connectionId"]
        with redis.Redis.from_url(redis_url, decode_responses=True) as client:
            sets = [key for key in client.scan_iter() if client.type(key) == "zset"]
            return any(connection in member for key in sets for member in client.zrange(key, 0, -1))

    invoke("connect", with_ticket(redis_url))
    assert kept()
    assert invoke("disconnect", payload("websocket_disconnect")) == [{"statusCode": 200}]
    assert not kept()


def test_the_function_query(invoke: Invoke) -> None:
    invoke("consume", payload("sqs"))
    ready, progress = invoke(
        "query", http_event("GET", "/api/v1/health/ready"), http_event("GET", "/api/v1/classes/fixture/progress")
    )
    assert ready["statusCode"] == 200
    assert [student["userId"] for student in json.loads(progress["body"])["students"]] == ["ada"]


def test_the_function_manage(invoke: Invoke) -> None:
    methods, link = invoke(
        "manage",
        http_event("GET", "/api/v1/session/methods"),
        with_token(http_event("POST", "/api/v1/session/links", "{}")),
    )
    assert json.loads(methods["body"]) == {"password": True, "oidc": None}
    body = json.dumps({"link": json.loads(link["body"])["link"]})
    first, again = invoke("manage", *[http_event("POST", "/api/v1/session", body)] * 2)
    assert (first["statusCode"], again["statusCode"]) == (200, 401)
    [cookie] = first["cookies"]
    assert cookie.startswith("classpulse_refresh=")
    assert "Secure" in cookie


def test_the_function_administer(invoke: Invoke) -> None:
    schedule = load(ROOT / "template.yaml")["Resources"]["AdministerFunction"]["Properties"]["Events"]["Retention"]
    # EventBridge passes a schedule's Input instead of its event.
    answer, without_input = invoke("administer", json.loads(schedule["Properties"]["Input"]), payload("schedule"))
    assert {proof["kind"]: proof["removed"] for proof in answer["removed"]}["raw data"] == 0
    assert without_input == {"errorType": "InvalidRequest"}
