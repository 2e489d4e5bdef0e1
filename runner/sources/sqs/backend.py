"""Where the queues are: a backend makes and opens the queues of a template."""

from dataclasses import asdict, dataclass
from typing import Any, Protocol

from runner.sources.sqs.queue import SourceQueue
from runner.template.model import Queue


@dataclass(frozen=True)
class DeadLetter:
    """A message that was given up, with why."""

    letter_id: str
    body: str
    attributes: dict[str, str]

    def as_json(self) -> dict[str, Any]:
        """Return it for a person or a script."""
        return asdict(self)


class DeadLetterQueue(Protocol):
    """The letters of one dead-letter queue. Everything raises QueueUnavailable."""

    async def list(self, most: int = 1000) -> list[DeadLetter]:
        """Return the oldest letters."""

    async def get(self, letter_id: str) -> DeadLetter | None:
        """Return one letter."""

    async def redrive(self, letter_id: str, body: str = "") -> bool:
        """Send the letter to its source queue again, as a new message; False when it is not there (any more).

        body: what takes the place of the letter's own, when it has been mended.
        """

    async def drop(self, letter_id: str) -> bool:
        """Delete the letter for good; False when it is not there."""


class QueueBackend(Protocol):
    """Makes queues of one kind."""

    def prepare(self, queues: dict[str, Queue]) -> None:
        """Make the queues as far as that has to be done before the functions start. Raises RunnerError."""

    def url_of(self, name: str) -> str:
        """Return the URL that functions send to."""

    def variables(self) -> dict[str, str]:
        """Return what functions need in their environment to reach the queues."""

    def open(self, queue: Queue) -> SourceQueue:
        """Return the queue to receive from."""

    def dead_letters(self, queue: str, source: str) -> DeadLetterQueue | None:
        """Return the letters of a dead-letter queue, where they can be looked at without receiving them."""

    async def close(self) -> None:
        """Let go of the connections."""


class NoQueues:
    """The backend of a template that has no queues: it needs no server."""

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
