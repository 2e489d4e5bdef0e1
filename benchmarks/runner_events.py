"""The input of the measurements: batches of a class, an event for each function, and an empty function."""

import json
import uuid
from pathlib import Path
from typing import Any

from runner.edge.function_url import request_event

CODE = "import numpy as np\nvalues = np.linspace(0, 1, 50)\nfor value in values:\n    print(round(value ** 2, 3))\n" * 3
RESULT = "0.0\n0.0\n0.002\n0.004\n0.007\n0.01\n0.015\n0.02\n0.027\n0.034\n0.042\n0.05\n" * 2

EMPTY_HANDLER = """\
def handler(event, context):
    if event["rawPath"] == "/log":
        print("a line")
    return {"statusCode": 200, "headers": {"content-type": "text/plain"}, "body": "hello"}
"""
EMPTY_TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  EmptyFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: empty
      Handler: handler.handler
      Runtime: python3.13
      MemorySize: 512
      Timeout: 10
      FunctionUrlConfig:
        AuthType: NONE
"""


def empty_function(folder: Path) -> Path:
    """Write a function that does nothing, except at /log, where it prints a line; return its template."""
    (folder / "empty").mkdir()
    (folder / "empty" / "handler.py").write_text(EMPTY_HANDLER, encoding="utf-8")
    template = folder / "empty.yaml"
    template.write_text(EMPTY_TEMPLATE, encoding="utf-8")
    return template


def cell_run(user: str, class_id: str = "bench") -> dict[str, Any]:
    """Return an event as a notebook sends it: a cell that ran, about 0.9 kB."""
    return {
        "eventId": uuid.uuid4().hex,
        "eventType": "cell_executed",
        "eventTime": "2026-01-01T09:00:00.123Z",
        "userId": user,
        "userName": "Ada Lovelace",
        "sessionId": "5f0c7f1e-8f0b-4f5c-9a53-0d3f5f6c9f11",
        "classId": class_id,
        "notebookPath": "week1/lesson.ipynb",
        "cellId": "c7a1f0de",
        "cellIndex": 7,
        "cellType": "code",
        "code": CODE,
        "executionCount": 12,
        "hasError": False,
        "result": RESULT,
        "executionDurationMs": 15.25,
    }


def batch(count: int) -> bytes:
    """Return the body of a POST with an event of each of so many students."""
    return json.dumps([cell_run(f"student-{number}@example.edu") for number in range(count)]).encode()


def url_event(method: str, path: str, body: bytes = b"", token: str | None = None) -> bytes:
    """Return the event into which the runner translates a request."""
    headers = [(b"host", b"127.0.0.1:8000"), (b"content-type", b"application/json"), (b"user-agent", b"benchmark")]
    if token is not None:
        headers.append((b"authorization", f"Bearer {token}".encode()))
    scope = {
        "headers": headers,
        "raw_path": path.encode(),
        "query_string": b"",
        "scheme": "http",
        "method": method,
        "http_version": "1.1",
        "client": ("127.0.0.1", 50000),
    }
    return json.dumps(request_event(scope, body, "bench.lambda-url.us-east-1.on.aws"), ensure_ascii=False).encode()


def queue_event(body: dict[str, Any]) -> bytes:
    """Return an SQS event of one message."""
    record = {
        "messageId": uuid.uuid4().hex,
        "receiptHandle": "1-0",
        "body": json.dumps(body),
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1767258000000"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:bench",
        "awsRegion": "us-east-1",
    }
    return json.dumps({"Records": [record]}).encode()


def socket_event(kind: str, token: str) -> bytes:
    """Return a WebSocket event: CONNECT, MESSAGE (a ping) or DISCONNECT."""
    route = {"MESSAGE": "$default"}.get(kind, f"${kind.lower()}")
    context = {"routeKey": route, "eventType": kind, "connectionId": "bench=", "stage": "ws", "connectedAt": 0}
    event: dict[str, Any] = {"requestContext": context, "headers": {}, "isBase64Encoded": False}
    if kind == "CONNECT":
        event["queryStringParameters"] = {"token": token}
    if kind == "MESSAGE":
        event["body"] = '{"action": "ping"}'
    return json.dumps(event).encode()


def first_events(token: str) -> dict[str, bytes]:
    """Return, by function of template.yaml, an event that it handles without an error."""
    events = [cell_run("ada")]
    of_class = {"batchId": uuid.uuid4().hex, "receivedAt": "2026-01-01T09:00:01Z"}
    return {
        "IngestFunction": url_event("POST", "/api/v1/events", json.dumps(events).encode()),
        "QueryFunction": url_event("GET", "/api/v1/classes/bench/progress", token=token),
        "ConsumeFunction": queue_event(of_class | {"events": [event | {"classId": "bench"} for event in events]}),
        "PersistSeriesFunction": queue_event(of_class | {"events": [event | {"classId": "bench"} for event in events]}),
        "BroadcastFunction": queue_event({"kind": "changed", "classId": "bench", "revision": 1, "students": []}),
        "ConnectFunction": socket_event("CONNECT", token),
        "MessageFunction": socket_event("MESSAGE", token),
        "DisconnectFunction": socket_event("DISCONNECT", token),
        "MigrateFunction": b"{}",
        "AdministerFunction": b'{"command": "retain"}',
    }
