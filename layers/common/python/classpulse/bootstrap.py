"""The composition root: builds the real thing for each function, and imports no more than that function needs."""

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from classpulse.config import (
    ClassSettings,
    InfluxdbSettings,
    IngestSettings,
    InstructorSettings,
    LogSettings,
    PostgresSettings,
    QueueSettings,
    RedisSettings,
    WebSocketSettings,
)
from classpulse.ports import Pingable, Queue, RateLimiter, SeriesStore

if TYPE_CHECKING:
    from fastapi import FastAPI
    from sqlalchemy import Engine

    from classpulse.adapters.redis import RedisConnections
    from classpulse.services.broadcast import Broadcast
    from classpulse.services.connections import Lobby
    from classpulse.services.consume import Consume
    from classpulse.services.series import PersistSeries

logging.getLogger("classpulse").setLevel(LogSettings.read().level)


def now() -> datetime:
    """The Clock port."""
    return datetime.now(UTC)


def ingest_app() -> "FastAPI":
    """Return the app of the ingest function."""
    from classpulse.entrypoints.ingest_api import make_ingest_app
    from classpulse.services.ingest import Ingest

    settings = IngestSettings.read()
    limiter = _limiter(settings.events_per_student_per_minute)
    ingest = Ingest(_queue("EVENTS_QUEUE_URL"), limiter, now, ClassSettings.read().default_class_id)
    return make_ingest_app(ingest, settings)


def consume() -> "Consume":
    """Return the service of the consume function."""
    from classpulse.adapters.postgres.facts import PostgresFacts
    from classpulse.adapters.redis import RedisAnnouncer, make_redis
    from classpulse.services.consume import Consume, Hands

    hands = Hands(
        series=_queue("SERIES_QUEUE_URL"),
        updates=_queue("UPDATES_QUEUE_URL"),
        dead_letters=_queue("EVENTS_DEAD_LETTER_QUEUE_URL"),
        announcer=RedisAnnouncer(make_redis(RedisSettings.read().url)),
    )
    return Consume(PostgresFacts(_engine()), hands, now)


def persist_series() -> "PersistSeries":
    """Return the service of the persist_series function."""
    from classpulse.services.series import PersistSeries

    return PersistSeries(_series(), _queue("SERIES_DEAD_LETTER_QUEUE_URL"), now)


def broadcast() -> "Broadcast":
    """Return the service of the broadcast function."""
    from classpulse.adapters.apigateway import ApiGatewaySockets
    from classpulse.adapters.postgres.progress import PostgresProgress
    from classpulse.services.broadcast import Broadcast

    sockets = ApiGatewaySockets(WebSocketSettings.read().management_url)
    return Broadcast(connections(), sockets, PostgresProgress(_engine()), now)


def connections() -> "RedisConnections":
    """Return where connection ids are kept."""
    from classpulse.adapters.redis import RedisConnections, make_redis

    return RedisConnections(make_redis(RedisSettings.read().url))


def lobby() -> "Lobby":
    """Return what the connect and message functions need."""
    from classpulse.services.connections import Lobby

    return Lobby(connections(), _queue("UPDATES_QUEUE_URL"), ClassSettings.read().default_class_id)


def instructor_token() -> str:
    """Return the token that a dashboard must show."""
    return InstructorSettings.read().token


def query_app() -> "FastAPI":
    """Return the app of the query function."""
    from classpulse.adapters.postgres.progress import PostgresProgress
    from classpulse.entrypoints.query_api import make_query_app
    from classpulse.services.query import Query

    reader = PostgresProgress(_engine())
    dependencies: dict[str, Pingable] = {"postgresql": reader, "redis": connections()}
    return make_query_app(Query(reader, _series(), now, dependencies), instructor_token())


def _queue(variable: str) -> Queue:
    url = QueueSettings.read(variable).url
    if url.startswith("redis"):
        from classpulse.adapters.redis_streams import RedisStreamsQueue

        return RedisStreamsQueue(url)
    from classpulse.adapters.sqs import SqsQueue

    return SqsQueue(url)


def _engine() -> "Engine":
    from classpulse.adapters.postgres.engine import make_engine

    settings = PostgresSettings.read()
    return make_engine(settings.url, settings.pool_size)


def _series() -> SeriesStore:
    if settings := InfluxdbSettings.read():
        from classpulse.adapters.influxdb import InfluxdbSeries

        return InfluxdbSeries(settings)
    from classpulse.adapters.postgres.series import PostgresSeries

    return PostgresSeries(_engine())


def _limiter(events_per_minute: int) -> RateLimiter:
    from classpulse.adapters.redis import RedisRateLimiter, Unlimited, make_redis

    if events_per_minute == 0:
        return Unlimited()
    return RedisRateLimiter(make_redis(RedisSettings.read().url), events_per_minute)
