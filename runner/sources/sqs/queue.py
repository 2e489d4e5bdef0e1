"""What an event source mapping needs of a queue, whichever it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Message:
    """One received message. receipt: what acknowledges it; times in milliseconds since the epoch."""

    message_id: str
    receipt: str
    body: str
    sent: int
    first_received: int
    receive_count: int
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Depth:
    """How many messages wait, are in flight (received, not acknowledged), and the oldest's age in seconds."""

    waiting: int
    in_flight: int
    oldest: float


class QueueUnavailable(Exception):
    """Raise when the queue's server does not answer: try again later."""


class SourceQueue(Protocol):
    """A queue to receive from. Everything raises QueueUnavailable."""

    async def open(self) -> None:
        """Make the queue if it is not there; called again after an outage."""

    async def receive(self, most: int, wait: float) -> list[Message]:
        """Return up to `most` messages, waiting up to `wait` seconds for the first one.

        A received message is invisible for the visibility timeout. One that was received maxReceiveCount times
        before is moved to the dead-letter queue instead.
        """

    async def acknowledge(self, messages: Sequence[Message]) -> None:
        """Remove the messages from the queue."""

    async def depth(self) -> Depth:
        """Return how full the queue is."""

    async def close(self) -> None:
        """Let go of the connections."""
