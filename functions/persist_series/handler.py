"""Lambda: drain the series queue into the time series. Source: SQS, with partial batch responses."""

from classpulse import bootstrap
from classpulse.queues.drain import BatchResponse, SqsEvent, drain

service = bootstrap.persist_series()


def handler(event: SqsEvent, context: object) -> BatchResponse:
    """Return the messages to be tried again; when it raises, all are."""
    return drain(event, service)
