"""A function's SQS event in the template.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-sqs.html
"""

from dataclasses import dataclass
from typing import ClassVar

from runner.template.events import Event
from runner.template.model import Queue
from runner.template.queues import read_queues
from runner.template.resources import Resources


@dataclass(frozen=True)
class EventSource:
    """Which queue feeds the function, and how. batching_window in seconds."""

    kind: ClassVar[str] = "SQS"

    function: str
    queue: Queue
    batch_size: int
    batching_window: float
    reports_item_failures: bool
    maximum_concurrency: int | None

    @property
    def waited_for(self) -> bool:
        """See Source.waited_for: messages wait for the batching window anyway."""
        return not self.batching_window


def read(event: Event, resources: Resources) -> EventSource | None:
    """Return the event source; None when it is switched off. Raises TemplateError."""
    by_arn = {queue.arn: queue for queue in read_queues(resources).values()}
    properties = event.properties
    if properties.get("Queue") not in by_arn:
        raise resources.error(f"{event.function}: Queue must be !GetAtt <queue>.Arn of this template", event.line)
    if not event.enabled:
        return None
    concurrency = properties.get("ScalingConfig", {}).get("MaximumConcurrency")
    return EventSource(
        function=event.function,
        queue=by_arn[properties["Queue"]],
        batch_size=int(properties.get("BatchSize", 10)),
        batching_window=float(properties.get("MaximumBatchingWindowInSeconds", 0)),
        reports_item_failures="ReportBatchItemFailures" in properties.get("FunctionResponseTypes", []),
        maximum_concurrency=int(concurrency) if concurrency is not None else None,
    )
