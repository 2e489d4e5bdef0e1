"""The backend for queues at an SQS endpoint. A separate module, because boto3 takes 8 MB."""

from runner.sources.sqs.backend import DeadLetterQueue
from runner.sources.sqs.endpoint import SqsQueue, create_queues, sqs_client
from runner.sources.sqs.queue import SourceQueue
from runner.template.model import Queue


class SqsBackend:
    """An SQS endpoint."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._client = sqs_client(endpoint)
        self._urls: dict[str, str] = {}

    def prepare(self, queues: dict[str, Queue]) -> None:
        """See QueueBackend.prepare."""
        self._urls = create_queues(self._client, queues)

    def url_of(self, name: str) -> str:
        """See QueueBackend.url_of; before prepare(), a placeholder."""
        return self._urls.get(name, f"{self._endpoint}/{name}")

    def variables(self) -> dict[str, str]:
        """See QueueBackend.variables."""
        return {"AWS_ENDPOINT_URL_SQS": self._endpoint}

    def open(self, queue: Queue) -> SourceQueue:
        """See QueueBackend.open."""
        return SqsQueue(self._client, self._urls[queue.name], queue)

    def dead_letters(self, queue: str, source: str) -> DeadLetterQueue | None:  # noqa: ARG002
        """See QueueBackend.dead_letters: SQS messages can only be received."""
        return None

    async def close(self) -> None:
        """See QueueBackend.close."""
        self._client.close()
