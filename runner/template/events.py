"""The Events of functions, each read by the event source kind that its Type names.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html
"""

from collections.abc import Callable, Iterator
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass
from typing import Any, Protocol

from runner.template.attributes import FUNCTION
from runner.template.loader import Mapping
from runner.template.model import Source
from runner.template.resources import Resources


@dataclass(frozen=True)
class Event:
    """One entry of a function's Events. name: its key; properties: with their expressions worked out."""

    function: str
    name: str
    properties: dict[str, Any]
    line: int

    @property
    def enabled(self) -> bool:
        """Whether the event source is switched on."""
        return self.properties.get("Enabled", True) not in (False, "false")


class EventKind(Protocol):
    """How events of one Type are read."""

    @property
    def read(self) -> Callable[[Event, Resources], Source | None]:
        """Return the event source, or None for one that is switched off. Raises TemplateError."""


def read_sources(resources: Resources, kinds: AbstractMapping[str, EventKind]) -> Iterator[Source]:
    """Yield the event sources in the template's order. Events of other types are left to support.py."""
    for function in resources.of(FUNCTION):
        events = resources.raw(function).get("Events", Mapping())
        for name, event in events.items():
            kind = kinds.get(event.get("Type"))
            if kind is None:
                continue
            line = events.line_of(name)
            properties = resources.value(event.get("Properties", Mapping()), line)
            if (source := kind.read(Event(function, name, properties, line), resources)) is not None:
                yield source
