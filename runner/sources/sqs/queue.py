"""The interface of queues that an event source mapping uses."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Message:
    """A received message. receipt: identifies it when it is acknowledged. Times in milliseconds since the epoch."""

    message_id: str
    receipt: str
    body: str
    sent: int
    first_received: int
    receive_count: int
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Depth:
    """How many messages wait and are in flight (received, not acknowledged); the oldest's age in seconds."""

    waiting: int
    in_flight: int
    oldest: float


class QueueUnavailable(Exception):
    """Raise when the queue's server does not answer; retry later."""


class SourceQueue(Protocol):
    """A queue to receive from. Everything raises QueueUnavailable."""

    async def open(self) -> None:
        """Create the queue if it does not exist; called again after an outage."""

    async def receive(self, most: int, wait: float) -> list[Message]:
        """Return up to `most` messages, waiting up to `wait` seconds for the first one.

        A received message is invisible for the visibility timeout. A message that was received maxReceiveCount times
        moves to the dead-letter queue instead.
        """

    async def acknowledge(self, messages: Sequence[Message]) -> None:
        """Remove the messages from the queue."""

    async def depth(self) -> Depth:
        """Return the depth of the queue."""

    async def close(self) -> None:
        """Close the connections."""
