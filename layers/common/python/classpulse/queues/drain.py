"""Lambda's SQS events: records in, a partial batch response out.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from classpulse.core.errors import TransientError
from classpulse.queues.ports import InboundMessage
from classpulse.queues.tries import Context, TimeLeft, Tries

logger = logging.getLogger(__name__)

SqsEvent = dict[str, Any]
BatchResponse = dict[str, list[dict[str, str]]]
# In characters of their bodies. What is built of a body may take sixty times its room.
MOST_TOGETHER = 2_000_000

# Returns the ids of the messages to retry.
Service = Callable[[Sequence[InboundMessage]], list[str] | None]


def messages_of(event: SqsEvent) -> list[InboundMessage]:
    """Return the event's records as messages."""
    return [InboundMessage(record["messageId"], record["body"]) for record in event["Records"]]


def partial_batch_response(failed_ids: Iterable[str]) -> BatchResponse:
    """Return the response for ReportBatchItemFailures: SQS redelivers the messages that it names."""
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed_ids]}


def _groups(messages: Sequence[InboundMessage]) -> Iterator[list[InboundMessage]]:
    """Return the messages in groups of at most MOST_TOGETHER characters, or of one message."""
    group: list[InboundMessage] = []
    size = 0
    for message in messages:
        if group and size + len(message.body) > MOST_TOGETHER:
            yield group
            group, size = [], 0
        group.append(message)
        size += len(message.body)
    if group:
        yield group


@dataclass(frozen=True)
class Drain:
    """A function that is fed by a queue: runs a service on the event's messages."""

    service: Service
    tries: Tries

    def __call__(self, event: SqsEvent, context: Context) -> BatchResponse:
        """Name the messages that the service returns for a retry.

        Messages whose earlier try did not finish are processed individually, after the others. Raises TransientError:
        SQS then redelivers all of them. Any other error may be the fault of one message, so each is processed
        individually: only the bad one is retried, until the redrive policy makes it a dead letter.
        """
        messages, time = messages_of(event), TimeLeft(context)
        suspects = self.tries.begin(messages, time)
        together = [message for message in messages if message.message_id not in suspects]
        failed = self._together(together) if together else []
        if suspects:
            doubtful = [message for message in messages if message.message_id in suspects]
            failed += self.tries.individually(doubtful, suspects, self._process_one, time)
        return partial_batch_response(failed)

    def _together(self, messages: Sequence[InboundMessage]) -> list[str]:
        exhausted: list[str] = []
        try:
            return [failed for group in _groups(messages) for failed in self._process(group, exhausted)]
        finally:
            # What exhausted the memory did not finish: its mark stays.
            self.tries.finish([message.message_id for message in messages if message.message_id not in exhausted])

    def _process(self, messages: Sequence[InboundMessage], exhausted: list[str]) -> list[str]:
        try:
            return self.service(messages) or []
        except TransientError:
            raise
        except Exception as error:
            if len(messages) == 1:
                exhausted += [messages[0].message_id] * isinstance(error, MemoryError)
                raise
            logger.exception("a batch of %d messages failed: processing each individually", len(messages))
        failed = []
        for message in messages:
            try:
                failed += self._process_one([message])
            except MemoryError:
                logger.exception("message %s exhausted the memory", message.message_id)
                exhausted.append(message.message_id)
                failed.append(message.message_id)
        return failed

    def _process_one(self, messages: Sequence[InboundMessage]) -> list[str]:
        try:
            return self.service(messages) or []
        except (TransientError, MemoryError):
            raise
        except Exception:
            logger.exception("message %s failed", messages[0].message_id)
            return [messages[0].message_id]
