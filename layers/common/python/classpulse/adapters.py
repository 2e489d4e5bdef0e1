"""The adapters that the settings choose, and that several functions share."""

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

from classpulse.core import config
from classpulse.core.metrics import EmbeddedMetrics, Meter
from classpulse.ingest.ports import RateLimiter
from classpulse.queues.ports import DeadLetterQueue, Queue, TryMarks
from classpulse.series.ports import SeriesStore

if TYPE_CHECKING:
    from redis import Redis
    from sqlalchemy import Engine

    from classpulse.identity.tokens import JwtTokens
    from classpulse.ingest.erasures import ErasureFilter
    from classpulse.records.ports import ErasureJournal


def redis() -> "Redis":
    """Return a client of REDIS_URL."""
    from classpulse.core.redis import make_redis

    settings = config.RedisSettings.read()
    return make_redis(settings.url, settings.ca)


def tokens() -> "JwtTokens":
    """Return the signer of tokens."""
    from classpulse.identity.tokens import JwtTokens

    return JwtTokens(config.SigningSettings.read().keys)


def dead_letters(variable: str) -> DeadLetterQueue:
    """Return the dead-letter queue at the URL in this variable."""
    from classpulse.queues.dead_letters import RedisDeadLetters, SqsDeadLetters

    url = config.QueueSettings.read(variable).url
    return RedisDeadLetters(url) if url.startswith("redis") else SqsDeadLetters(url)


def meter(function: str) -> Meter:
    """Return the meter of a function."""
    return EmbeddedMetrics(function)


def queue(variable: str) -> Queue:
    """Return the queue at the URL in this variable."""
    url = config.QueueSettings.read(variable).url
    if url.startswith("redis"):
        from classpulse.queues.redis_streams import RedisStreamsQueue

        return RedisStreamsQueue(url)
    from classpulse.queues.sqs import SqsQueue

    return SqsQueue(url)


def try_marks(queue_name: str) -> TryMarks:
    """Return the marks of messages of a queue that are being tried."""
    from classpulse.core.redis import make_redis
    from classpulse.queues.redis_marks import RedisTryMarks

    # An unreachable Redis must leave an invocation enough time to work without marks.
    settings = config.RedisSettings.read()
    return RedisTryMarks(make_redis(settings.url, settings.ca, seconds=1), queue_name)


def erasure_filter() -> "ErasureFilter":
    """Return what drops the events of erased students."""
    from classpulse.ingest.erasures import ErasureFilter
    from classpulse.ingest.redis_erasures import RedisErasures

    return ErasureFilter(RedisErasures(redis()), config.PrivacySettings.read().key.encode())


def erasure_journal() -> "ErasureJournal":
    """Return the journal at ERASURE_JOURNAL_URL."""
    url = config.JournalSettings.read().url
    if url.startswith("s3:"):
        from classpulse.records.journal_s3 import S3Journal

        return S3Journal(url)
    from classpulse.records.journal_file import FileJournal

    return FileJournal(Path(url2pathname(urlsplit(url).path)))


def engine() -> "Engine":
    """Return the engine of DATABASE_URL."""
    from classpulse.core.postgres import make_engine

    settings = config.PostgresSettings.read()
    return make_engine(settings.url, settings.pool_size, ca=settings.ca)


def patient_engine(statement_seconds: int) -> "Engine":
    """Return an engine of DATABASE_URL for statements that take longer."""
    from classpulse.core.postgres import make_engine

    settings = config.PostgresSettings.read()
    return make_engine(settings.url, 1, statement_seconds, ca=settings.ca)


def series() -> SeriesStore:
    """Return the store of the time series: InfluxDB if it is configured, otherwise PostgreSQL."""
    if settings := config.InfluxdbSettings.read():
        from classpulse.series.influxdb import InfluxdbSeries

        return InfluxdbSeries(settings)
    from classpulse.series.postgres import PostgresSeries

    return PostgresSeries(engine())


def limiter(events_per_minute: int) -> RateLimiter:
    """Return a limiter of events; 0: no limit."""
    from classpulse.ingest.rate_limits import RedisRateLimiter, Unlimited

    if events_per_minute == 0:
        return Unlimited()
    return RedisRateLimiter(redis(), events_per_minute)
