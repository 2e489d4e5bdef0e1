"""AWS::SQS::Queue, with its redrive policy.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sqs-queue.html
"""

from runner.template.attributes import QUEUE
from runner.template.model import Queue
from runner.template.resources import Resources


def read_queues(resources: Resources) -> dict[str, Queue]:
    """Return the queues by QueueName."""
    by_id = {name: _queue(resources, name) for name in resources.of(QUEUE)}
    queues = {queue.name: queue for queue in by_id.values()}
    for name, queue in by_id.items():
        if queue.dead_letter_queue and queue.dead_letter_queue not in queues:
            line = resources.line(name, "RedrivePolicy")
            raise resources.error(f"{name}: its dead-letter queue is not in the template", line)
    return queues


def _queue(resources: Resources, name: str) -> Queue:
    redrive = resources.property(name, "RedrivePolicy") or {}
    target = redrive.get("deadLetterTargetArn")
    count = redrive.get("maxReceiveCount")
    return Queue(
        name=str(resources.property(name, "QueueName", name)),
        visibility_timeout=_seconds(resources, name, "VisibilityTimeout", 30),
        retention=_seconds(resources, name, "MessageRetentionPeriod", 345600),
        dead_letter_queue=str(target).rsplit(":", 1)[-1] if target else None,
        max_receive_count=resources.number(name, "RedrivePolicy", count, "maxReceiveCount") if target else None,
    )


def _seconds(resources: Resources, name: str, key: str, default: int) -> int:
    return resources.number(name, key, resources.property(name, key, default))
