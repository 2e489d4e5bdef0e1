"""What a queue is to the rest."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

# What the body of one queue message may hold; SQS takes 1 MiB with the attributes.
MAX_BODY_BYTES = 1_000_000


@dataclass(frozen=True)
class OutboundMessage:
    """A message to be queued: body as text, attributes as strings."""

    body: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class InboundMessage:
    """A message that a queue has handed to a function."""

    message_id: str
    body: str


class Queue(Protocol):
    """A durable queue."""

    def send(self, messages: Sequence[OutboundMessage]) -> None:
        """Return when all are durably queued. Raises QueueUnavailable; then some may be queued."""


class DeadLetterQueue(Protocol):
    """The dead letters of one queue, as the texts of their messages. Everything raises QueueUnavailable."""

    def read(self) -> list[str]:
        """Return the bodies."""

    def edit(self, change: Callable[[str], str | None]) -> None:
        """Replace each body by what `change` returns for it; None removes the letter."""
