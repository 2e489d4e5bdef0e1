"""The event that a function gets for a batch, and its partial batch response.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from runner.functions.outcome import Outcome
from runner.sources.sqs.queue import Message
from runner.template.intrinsics import ACCOUNT, REGION


def sqs_event(messages: Sequence[Message], queue_arn: str) -> bytes:
    """Return {"Records": […]} as JSON."""
    return json.dumps({"Records": [_record(message, queue_arn) for message in messages]}, ensure_ascii=False).encode()


def _record(message: Message, queue_arn: str) -> dict[str, Any]:
    return {
        "messageId": message.message_id,
        "receiptHandle": message.receipt,
        "body": message.body,
        "attributes": {
            "ApproximateReceiveCount": str(message.receive_count),
            "SentTimestamp": str(message.sent),
            "SenderId": ACCOUNT,
            "ApproximateFirstReceiveTimestamp": str(message.first_received),
        },
        "messageAttributes": {
            name: {"stringValue": value, "stringListValues": [], "binaryListValues": [], "dataType": "String"}
            for name, value in message.attributes.items()
        },
        "md5OfBody": hashlib.md5(message.body.encode(), usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": REGION,
    }


def succeeded(messages: Sequence[Message], outcome: Outcome, reports_item_failures: bool) -> list[Message]:
    """Return the messages to remove from the queue.

    No message when the function failed, or when its partial batch response is malformed: an itemIdentifier that is
    empty, null or unknown, or a batchItemFailures that is not a list of objects. All messages when it answers nothing,
    null, {} or an empty batchItemFailures.
    """
    if outcome.failed:
        return []
    if not reports_item_failures:
        return list(messages)
    failed = _failed_ids(outcome.payload)
    known = {message.message_id for message in messages}
    if failed is None or not failed <= known:
        return []
    return [message for message in messages if message.message_id not in failed]


def _failed_ids(payload: bytes) -> set[object] | None:
    """Return the ids of a partial batch response, or None when it is malformed."""
    try:
        answer = json.loads(payload or b"null")
        if answer is None or answer == "":
            return set()
        failures = answer.get("batchItemFailures")
        if failures is None:
            return set()
        return {item["itemIdentifier"] for item in failures} if isinstance(failures, list) else None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
