"""Lambda: push updates to the dashboards. Source: SQS, with partial batch responses."""

from classpulse import bootstrap
from classpulse.queues.drain import BatchResponse, SqsEvent
from classpulse.queues.tries import Context

drain = bootstrap.broadcast()


def handler(event: SqsEvent, context: Context) -> BatchResponse:
    """Return the messages to retry; if it raises, SQS redelivers all of them."""
    return drain(event, context)
