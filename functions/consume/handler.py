"""Lambda: drain the events queue into PostgreSQL and hand on. Source: SQS, with partial batch responses."""

from classpulse import bootstrap
from classpulse.queues.drain import BatchResponse, SqsEvent, drain

service = bootstrap.consume()


def handler(event: SqsEvent, context: object) -> BatchResponse:
    """Return the messages to be tried again; when it raises, all are."""
    return drain(event, service)
