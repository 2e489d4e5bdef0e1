"""The ports of queues and dead-letter queues."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

# Limit of the body of one message; SQS accepts 1 MiB, attributes included.
MAX_BODY_BYTES = 1_000_000


@dataclass(frozen=True)
class OutboundMessage:
    """A message to send."""

    body: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class InboundMessage:
    """A message that a queue has delivered to a function."""

    message_id: str
    body: str


class Queue(Protocol):
    """A durable queue."""

    def send(self, messages: Sequence[OutboundMessage]) -> None:
        """Return when all messages are durably queued. Raises QueueUnavailable; some may then be queued."""


class DeadLetterQueue(Protocol):
    """The dead letters of one queue, by their bodies. Every method raises QueueUnavailable."""

    def read(self) -> list[str]:
        """Return the bodies."""

    def edit(self, change: Callable[[str], str | None]) -> None:
        """Replace each body with what `change` returns for it; None deletes the message."""

    def drop_older(self, before: datetime) -> int:
        """Delete the letters that became dead letters before an instant; return how many there were."""


class TryMarks(Protocol):
    """Which messages of one queue are being tried: a mark that outlives its try belongs to a try that did not finish.

    Every method raises StoreUnavailable.
    """

    def begin(self, message_ids: Sequence[str], seconds: float) -> Mapping[str, int]:
        """Mark the messages without a mark as tried together, for that long.

        Return the others, with the number of their individual tries that did not finish; a try whose time is not over
        may still be running, and does not count.
        """

    def begin_one(self, message_id: str, tries: int, seconds: float) -> None:
        """Mark the message as tried individually for the tries-th time, for that long."""

    def finish(self, message_ids: Sequence[str]) -> None:
        """Remove the marks."""
