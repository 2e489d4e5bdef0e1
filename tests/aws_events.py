"""The payloads of AWS events: tests/events/*.json, and their documented fields.

A field's name ends in [] if it is a list, is * if any name is valid, and begins with ? if the field is optional.
"""

import json
from pathlib import Path
from typing import Any

EVENTS = Path(__file__).parent / "events"
# A documented path -> the type of its value.
Contract = dict[str, type]

# Payload format 2.0. https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
# The page also names fields of API Gateway that are null here (authentication, pathParameters, stageVariables)
# and requestContext.authorizer, which exists only with AuthType AWS_IAM.
FUNCTION_URL: Contract = {
    "version": str,
    "routeKey": str,
    "rawPath": str,
    "rawQueryString": str,
    "?cookies[]": str,
    "headers.*": str,
    "?queryStringParameters.*": str,
    "requestContext.accountId": str,
    "requestContext.apiId": str,
    "requestContext.domainName": str,
    "requestContext.domainPrefix": str,
    "requestContext.http.method": str,
    "requestContext.http.path": str,
    "requestContext.http.protocol": str,
    "requestContext.http.sourceIp": str,
    "requestContext.http.userAgent": str,
    "requestContext.requestId": str,
    "requestContext.routeKey": str,
    "requestContext.stage": str,
    "requestContext.time": str,
    "requestContext.timeEpoch": int,
    "?body": str,
    "isBase64Encoded": bool,
}
# The event of a standard queue. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html (the attributes)
SQS: Contract = {
    "Records[].messageId": str,
    "Records[].receiptHandle": str,
    "Records[].body": str,
    "Records[].attributes.ApproximateReceiveCount": str,
    "Records[].attributes.SentTimestamp": str,
    "Records[].attributes.SenderId": str,
    "Records[].attributes.ApproximateFirstReceiveTimestamp": str,
    "?Records[].attributes.AWSTraceHeader": str,
    "?Records[].attributes.DeadLetterQueueSourceArn": str,
    "?Records[].messageAttributes.*.stringValue": str,
    "?Records[].messageAttributes.*.stringListValues[]": str,
    "?Records[].messageAttributes.*.binaryListValues[]": str,
    "?Records[].messageAttributes.*.dataType": str,
    "Records[].md5OfBody": str,
    "Records[].eventSource": str,
    "Records[].eventSourceARN": str,
    "Records[].awsRegion": str,
}
# $context of a WebSocket API, as a proxy integration passes it.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
_CONTEXT: Contract = {
    "requestContext.routeKey": str,
    "requestContext.eventType": str,
    "requestContext.extendedRequestId": str,
    "requestContext.requestTime": str,
    "requestContext.messageDirection": str,
    "requestContext.stage": str,
    "requestContext.connectedAt": int,
    "requestContext.requestTimeEpoch": int,
    "requestContext.identity.sourceIp": str,
    "?requestContext.identity.userAgent": str,
    "requestContext.requestId": str,
    "requestContext.domainName": str,
    "requestContext.connectionId": str,
    "requestContext.apiId": str,
    "isBase64Encoded": bool,
}
_HEADERS: Contract = {"headers.*": str, "multiValueHeaders.*[]": str}
# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
WEBSOCKET_CONNECT: Contract = {
    **_CONTEXT,
    **_HEADERS,
    "?queryStringParameters.*": str,
    "?multiValueQueryStringParameters.*[]": str,
}
WEBSOCKET_MESSAGE: Contract = {**_CONTEXT, "requestContext.messageId": str, "body": str}
WEBSOCKET_DISCONNECT: Contract = {
    **_CONTEXT,
    **_HEADERS,
    "requestContext.disconnectStatusCode": int,
    "requestContext.disconnectReason": str,
}
# https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html
# https://docs.aws.amazon.com/eventbridge/latest/userguide/event-reference.html (the scheduled event)
SCHEDULE: Contract = {
    "version": str,
    "id": str,
    "detail-type": str,
    "source": str,
    "account": str,
    "time": str,
    "region": str,
    "resources[]": str,
    "?detail.*": str,
}
CONTRACTS: dict[str, Contract] = {
    "function_url": FUNCTION_URL,
    "sqs": SQS,
    "websocket_connect": WEBSOCKET_CONNECT,
    "websocket_message": WEBSOCKET_MESSAGE,
    "websocket_disconnect": WEBSOCKET_DISCONNECT,
    "schedule": SCHEDULE,
}


def payload(name: str) -> dict[str, Any]:
    """Return a new copy of a fixture."""
    found: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return found


def check(event: Any, contract: Contract) -> None:
    """Assert that the event has exactly the documented fields with their types."""
    fields = {name.removeprefix("?") for name in contract}
    required = {name for name in contract if not name.startswith("?")}
    found: dict[str, set[type]] = {}
    _walk(event, "", fields, found)
    assert not set(found) - fields, f"not documented: {set(found) - fields}"
    assert required <= set(found), f"missing: {required - set(found)}"
    types = {name.removeprefix("?"): kind for name, kind in contract.items()}
    for name, kinds in found.items():
        assert kinds <= {types[name]}, f"{name} is {kinds}, documented as {types[name]}"


def _walk(value: Any, path: str, fields: set[str], found: dict[str, set[type]]) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            dot = f"{path}." if path else ""
            known = any(name == dot + key or name.startswith((f"{dot}{key}.", f"{dot}{key}[]")) for name in fields)
            _walk(item, dot + (key if known else "*" if _any_name(dot, fields) else key), fields, found)
    elif isinstance(value, list):
        found.setdefault(f"{path}[]", set()) if f"{path}[]" in fields else None
        for item in value:
            _walk(item, f"{path}[]", fields, found)
    else:
        found.setdefault(path, set()).add(type(value))


def _any_name(dot: str, fields: set[str]) -> bool:
    return any(name == f"{dot}*" or name.startswith((f"{dot}*.", f"{dot}*[]")) for name in fields)
