"""Every kind of event source, by the Type of a function's event in the template. Another kind is another entry."""

from runner.sources.kind import Kind, Running
from runner.sources.schedule import source as schedule
from runner.sources.schedule import template as schedule_template
from runner.sources.sqs import source as sqs
from runner.sources.sqs import template as sqs_template
from runner.template.model import Source

KINDS: dict[str, Kind] = {
    "SQS": Kind(sqs_template.read, sqs.make),
    "Schedule": Kind(schedule_template.read, schedule.make),
    "ScheduleV2": Kind(schedule_template.read_v2, schedule.make),
}


def running(source: Source, host: sqs.QueueHost) -> Running:
    """Return the source, ready to be started."""
    return KINDS[source.kind].make(source, host)
