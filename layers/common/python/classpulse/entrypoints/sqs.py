"""SQS events.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from classpulse.ports import InboundMessage

SqsEvent = dict[str, Any]
BatchResponse = dict[str, list[dict[str, str]]]


def messages_of(event: SqsEvent) -> list[InboundMessage]:
    """Return the records that the queue handed over."""
    return [InboundMessage(record["messageId"], record["body"]) for record in event["Records"]]


def partial_batch_response(failed_ids: Iterable[str]) -> BatchResponse:
    """Return what ReportBatchItemFailures expects: the messages to be handed in again."""
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed_ids]}


def drain(event: SqsEvent, service: Callable[[Sequence[InboundMessage]], list[str] | None]) -> BatchResponse:
    """Run a service over the event's messages; what it returns is to be tried again, and all when it raises."""
    return partial_batch_response(service(messages_of(event)) or [])
