"""The interface of queue backends, which create and open the queues of a template."""

from dataclasses import asdict, dataclass
from typing import Any, Protocol

from runner.sources.sqs.queue import SourceQueue
from runner.template.model import Queue


@dataclass(frozen=True)
class DeadLetter:
    """A message of a dead-letter queue; its attributes hold the reason."""

    letter_id: str
    body: str
    attributes: dict[str, str]

    def as_json(self) -> dict[str, Any]:
        """Return it as the control API sends it."""
        return asdict(self)


class DeadLetterQueue(Protocol):
    """The letters of one dead-letter queue. Everything raises QueueUnavailable."""

    async def list(self, most: int = 1000) -> list[DeadLetter]:
        """Return the oldest letters, with the beginning of each body."""

    async def get(self, letter_id: str) -> DeadLetter | None:
        """Return one letter."""

    async def redrive(self, letter_id: str, body: str = "") -> bool:
        """Send the letter to its source queue again, as a new message; False when it does not exist.

        body: replaces the letter's body, unless it is empty.
        """

    async def drop(self, letter_id: str) -> bool:
        """Delete the letter; False when it does not exist."""


class QueueBackend(Protocol):
    """Creates and opens queues."""

    def prepare(self, queues: dict[str, Queue]) -> None:
        """Create the queues that must exist before the functions start. Raises RunnerError."""

    def url_of(self, name: str) -> str:
        """Return the URL that functions send to."""

    def variables(self) -> dict[str, str]:
        """Return the environment variables that functions need to reach the queues."""

    def open(self, queue: Queue) -> SourceQueue:
        """Return the queue to receive from."""

    def dead_letters(self, queue: str, source: str) -> DeadLetterQueue | None:
        """Return the letters of a dead-letter queue; None where messages can only be received."""

    async def close(self) -> None:
        """Close the connections."""


class NoQueues:
    """The backend of a template without queues; it needs no server."""

    def prepare(self, queues: dict[str, Queue]) -> None:
        """See QueueBackend.prepare."""

    def url_of(self, name: str) -> str:
        """See QueueBackend.url_of."""
        return name

    def variables(self) -> dict[str, str]:
        """See QueueBackend.variables."""
        return {}

    def open(self, queue: Queue) -> SourceQueue:
        """See QueueBackend.open."""
        raise NotImplementedError(f"no backend for {queue.name}")

    def dead_letters(self, queue: str, source: str) -> DeadLetterQueue | None:
        """See QueueBackend.dead_letters."""
        del queue, source
        return None

    async def close(self) -> None:
        """See QueueBackend.close."""
