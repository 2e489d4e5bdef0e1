"""Lambda's SQS events: records in, a partial batch response out.

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
# Returns the ids of the messages to retry.
Service = Callable[[Sequence[InboundMessage]], list[str] | None]


def messages_of(event: SqsEvent) -> list[InboundMessage]:
    """Return the event's records as messages."""
    return [InboundMessage(record["messageId"], record["body"]) for record in event["Records"]]


def partial_batch_response(failed_ids: Iterable[str]) -> BatchResponse:
    """Return the response for ReportBatchItemFailures: SQS redelivers the messages that it names."""
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed_ids]}


def drain(event: SqsEvent, service: Service) -> BatchResponse:
    """Run a service on the event's messages; name those that it returns for a retry.

    Raises TransientError: SQS then redelivers all of them. Any other error may be the fault of one message, so each is
    processed individually: only the bad one is retried, until the redrive policy makes it a dead letter.
    """
    messages = messages_of(event)
    try:
        return partial_batch_response(service(messages) or [])
    except TransientError:
        raise
    except Exception:
        if len(messages) == 1:
            raise
        logger.exception("a batch of %d messages failed: processing each individually", len(messages))
    return partial_batch_response(failed for message in messages for failed in _process_one(message, service))


def _process_one(message: InboundMessage, service: Service) -> list[str]:
    try:
        return service([message]) or []
    except TransientError:
        raise
    except Exception:
        logger.exception("message %s failed", message.message_id)
        return [message.message_id]
