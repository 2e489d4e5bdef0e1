"""A function's Schedule and ScheduleV2 events in the template.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-schedule.html
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-schedulev2.html
"""

from dataclasses import dataclass
from typing import ClassVar

from runner.sources.schedule.expressions import parse
from runner.template.events import Event
from runner.template.resources import Resources


@dataclass(frozen=True)
class Schedule:
    """When the function runs. input: the JSON that it gets; None is EventBridge's own event."""

    kind: ClassVar[str] = "Schedule"

    name: str
    function: str
    expression: str
    input: str | None

    @property
    def waited_for(self) -> bool:
        """See Source.waited_for."""
        return False


def read(event: Event, resources: Resources) -> Schedule | None:
    """Return the schedule of a Schedule event; None when it is switched off. Raises TemplateError."""
    return _read(event, resources, "Schedule")


def read_v2(event: Event, resources: Resources) -> Schedule | None:
    """Return the schedule of a ScheduleV2 event; None when it is switched off. Raises TemplateError."""
    return _read(event, resources, "ScheduleExpression")


def _read(event: Event, resources: Resources, key: str) -> Schedule | None:
    if not event.enabled or event.properties.get("State") == "DISABLED":
        return None
    expression = str(event.properties.get(key, ""))
    try:
        parse(expression)
    except ValueError as error:
        raise resources.error(f"{event.function}: {error}", event.line) from None
    return Schedule(f"{event.function}{event.name}", event.function, expression, event.properties.get("Input"))
