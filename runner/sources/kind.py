"""The interface of event source kinds: how their events are read from the template, and how they run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from runner.functions.outcome import Outcome
from runner.template.events import Event
from runner.template.model import Source
from runner.template.resources import Resources


class Host(Protocol):
    """The system that an event source invokes functions of."""

    def most_workers(self, function: str) -> int:
        """Return how many invocations of a function may run at one time."""

    async def invoke(self, function: str, payload: bytes) -> Outcome:
        """Invoke a function; wait for a worker for as long as it takes."""


class Running(Protocol):
    """An event source between start() and stop()."""

    def start(self) -> None:
        """Begin to invoke the function."""

    async def stop(self) -> None:
        """Stop; invocations that run may end."""


@dataclass(frozen=True)
class Kind:
    """How a kind is read and run.

    read: an event -> its source, or None where it is switched off; raises TemplateError. make: that source and the
    Host -> what runs it, not yet started.
    """

    read: Callable[[Event, Resources], Source | None]
    make: Callable[[Any, Any], Running]
