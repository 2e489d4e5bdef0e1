"""SQS events.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from classpulse.core.errors import TransientError
from classpulse.queues.ports import InboundMessage

logger = logging.getLogger(__name__)

SqsEvent = dict[str, Any]
BatchResponse = dict[str, list[dict[str, str]]]


def messages_of(event: SqsEvent) -> list[InboundMessage]:
    """Return the records that the queue handed over."""
    return [InboundMessage(record["messageId"], record["body"]) for record in event["Records"]]


def partial_batch_response(failed_ids: Iterable[str]) -> BatchResponse:
    """Return what ReportBatchItemFailures expects: the messages to be handed in again."""
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed_ids]}


def drain(event: SqsEvent, service: Callable[[Sequence[InboundMessage]], list[str] | None]) -> BatchResponse:
    """Run a service over the event's messages; what it returns is to be tried again.

    Raises TransientError: all are to be tried again. Any other error is one message's fault: each is then tried alone,
    so that it fails alone, and its redrive policy is what ends it.
    """
    messages = messages_of(event)
    try:
        return partial_batch_response(service(messages) or [])
    except TransientError:
        raise
    except Exception:
        if len(messages) == 1:
            raise
        logger.exception("a batch of %d failed: each message alone", len(messages))
    return partial_batch_response(failed for message in messages for failed in _alone(message, service))


def _alone(message: InboundMessage, service: Callable[[Sequence[InboundMessage]], list[str] | None]) -> list[str]:
    try:
        return service([message]) or []
    except TransientError:
        raise
    except Exception:
        logger.exception("message %s failed", message.message_id)
        return [message.message_id]
