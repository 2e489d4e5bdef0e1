"""The backend for queues on Redis streams. A separate module: a template without queues needs no redis-py."""

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError  # noqa: A004 - the one that redis-py raises

from runner.sources.sqs.backend import DeadLetterQueue
from runner.sources.sqs.dead_letters import DeadLetters
from runner.sources.sqs.queue import SourceQueue
from runner.sources.sqs.streams import StreamQueue
from runner.template.model import Queue

# Each poller blocks on a separate connection.
MOST_CONNECTIONS = 64


def streams_client(url: str) -> Redis:
    """Return a client that several queues and pollers share."""
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=MOST_CONNECTIONS,
        # Longer than the longest blocking read: a poller waits for its answer.
        socket_timeout=10,
        socket_connect_timeout=2,
        # After an outage an idle connection may be dead: retry once, on a new connection.
        retry=Retry(NoBackoff(), 1, supported_errors=(ConnectionError,)),
    )
    return Redis.from_pool(pool)


class StreamsBackend:
    """Redis streams. exclusive: no other runner receives from this Redis."""

    def __init__(self, url: str, *, exclusive: bool) -> None:
        self._url = url
        self._exclusive = exclusive
        self._redis = streams_client(url)

    def prepare(self, queues: dict[str, Queue]) -> None:
        """See QueueBackend.prepare: the first entry creates a stream."""

    def url_of(self, name: str) -> str:
        """See QueueBackend.url_of."""
        return f"{self._url}#{name}"

    def variables(self) -> dict[str, str]:
        """See QueueBackend.variables."""
        return {}

    def open(self, queue: Queue) -> SourceQueue:
        """See QueueBackend.open."""
        return StreamQueue(self._redis, queue, exclusive=self._exclusive)

    def dead_letters(self, queue: str, source: str) -> DeadLetterQueue | None:
        """See QueueBackend.dead_letters."""
        return DeadLetters(self._redis, queue, source)

    async def close(self) -> None:
        """See QueueBackend.close."""
        await self._redis.aclose()
