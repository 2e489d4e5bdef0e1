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
    OidcSettings,
    PostgresSettings,
    PrivacySettings,
    QueueSettings,
    RedisSettings,
    RetentionSettings,
    SigningSettings,
    StandingTicketSettings,
    WebSocketSettings,
)
from classpulse.ports import DeadLetterBox, Meter, Pingable, Queue, RateLimiter, SeriesStore, TicketCheck

if TYPE_CHECKING:
    from fastapi import FastAPI
    from sqlalchemy import Engine

    from classpulse.adapters.redis import RedisConnections
    from classpulse.adapters.redis_tickets import RedisTickets
    from classpulse.adapters.tokens import JwtTokens
    from classpulse.services.broadcast import Broadcast
    from classpulse.services.connections import Lobby
    from classpulse.services.consume import Consume
    from classpulse.services.publishing import Publish
    from classpulse.services.records import Records
    from classpulse.services.series import PersistSeries
    from classpulse.services.sessions import Provider

logging.getLogger("classpulse").setLevel(LogSettings.read().level)


def now() -> datetime:
    """The Clock port."""
    return datetime.now(UTC)


def ingest_app() -> "FastAPI":
    """Return the app of the ingest function."""
    from classpulse.adapters.redis import make_redis
    from classpulse.adapters.redis_directory import RedisDirectory
    from classpulse.entrypoints.ingest_api import make_ingest_app
    from classpulse.services.admission import Gate
    from classpulse.services.ingest import Ingest, Limits

    settings = IngestSettings.read()
    gate = Gate(
        RedisDirectory(make_redis(RedisSettings.read().url)),
        _tokens(),
        now,
        ingest_key=settings.key,
        is_open=settings.open,
        default_class_id=ClassSettings.read().default_class_id,
    )
    limits = Limits(_limiter(settings.events_per_student_per_minute), _limiter(settings.events_per_key_per_minute))
    privacy_key = PrivacySettings.read().key.encode()
    queue, meter = _queue("EVENTS_QUEUE_URL"), _meter("ingest")
    return make_ingest_app(Ingest(gate, queue, limits, privacy_key=privacy_key, meter=meter))


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
    return Consume(PostgresFacts(_engine()), hands, now, _meter("consume"))


def persist_series() -> "PersistSeries":
    """Return the service of the persist_series function."""
    from classpulse.services.series import PersistSeries

    return PersistSeries(_series(), _queue("SERIES_DEAD_LETTER_QUEUE_URL"), now, _meter("persist_series"))


def broadcast() -> "Broadcast":
    """Return the service of the broadcast function."""
    from classpulse.adapters.apigateway import ApiGatewaySockets
    from classpulse.adapters.postgres.progress import PostgresProgress
    from classpulse.services.broadcast import Broadcast

    sockets = ApiGatewaySockets(WebSocketSettings.read().management_url)
    return Broadcast(connections(), sockets, PostgresProgress(_engine()), tickets(), now, meter=_meter("broadcast"))


def connections() -> "RedisConnections":
    """Return where connection ids are kept."""
    from classpulse.adapters.redis import RedisConnections, make_redis

    return RedisConnections(make_redis(RedisSettings.read().url))


def tickets() -> "RedisTickets":
    """Return where tickets for the WebSocket are kept."""
    from classpulse.adapters.redis import make_redis
    from classpulse.adapters.redis_tickets import RedisTickets

    return RedisTickets(make_redis(RedisSettings.read().url))


def ticket_check() -> TicketCheck:
    """Return what the connect function asks whether a ticket opens a socket."""
    if settings := StandingTicketSettings.read():
        from classpulse.adapters.standing_ticket import StandingTicket

        return StandingTicket(settings.ticket, tickets())
    return tickets()


def lobby() -> "Lobby":
    """Return what the connect and message functions need."""
    from classpulse.services.connections import Lobby

    return Lobby(connections(), _queue("UPDATES_QUEUE_URL"), ClassSettings.read().default_class_id)


def instructor_token() -> str:
    """Return the token that a dashboard must show."""
    return InstructorSettings.read().token


def query_app() -> "FastAPI":
    """Return the app of the query function."""
    from classpulse.adapters.postgres.attention import PostgresAttention
    from classpulse.adapters.postgres.enrolments import PostgresEnrolments
    from classpulse.adapters.postgres.grants import PostgresGrants
    from classpulse.adapters.postgres.progress import PostgresProgress
    from classpulse.adapters.postgres.views import PostgresViews
    from classpulse.entrypoints.query_api import make_query_app
    from classpulse.services.about_me import AboutMe
    from classpulse.services.access import Access
    from classpulse.services.attention import Attend
    from classpulse.services.query import Query

    engine = _engine()
    reader = PostgresProgress(engine)
    series = _series()
    dependencies: dict[str, Pingable] = {"postgresql": reader, "redis": connections()}
    if InfluxdbSettings.read():
        dependencies["influxdb"] = series
    query = Query(reader, PostgresViews(engine), series, now, dependencies)
    attend = Attend(PostgresAttention(engine), _queue("UPDATES_QUEUE_URL"), now)
    access = Access(instructor_token(), _tokens(), PostgresGrants(engine), now)
    about_me = AboutMe(
        reader,
        PostgresEnrolments(engine),
        _tokens(),
        now,
        privacy_key=PrivacySettings.read().key.encode(),
        raw_data_days=RetentionSettings.read().raw_data_days,
    )
    return make_query_app(query, attend, access, about_me)


def manage_app() -> "FastAPI":
    """Return the app of the manage function."""
    from classpulse.adapters.passwords import Argon2Passwords
    from classpulse.adapters.postgres.accounts import PostgresAccounts, PostgresRefreshTokens
    from classpulse.adapters.postgres.grants import PostgresGrants
    from classpulse.adapters.postgres.register import PostgresClassRegister
    from classpulse.adapters.redis import make_redis
    from classpulse.adapters.redis_directory import RedisDirectory
    from classpulse.adapters.redis_sessions import RedisAttempts, RedisOneTime
    from classpulse.adapters.redis_tickets import RedisTickets
    from classpulse.entrypoints.manage_api import make_manage_app
    from classpulse.services.access import Access
    from classpulse.services.classes import Classes
    from classpulse.services.sessions import Sessions

    engine, redis, tokens = _engine(), make_redis(RedisSettings.read().url), _tokens()
    accounts, passwords = PostgresAccounts(engine), Argon2Passwords()
    tickets, directory = RedisTickets(redis), RedisDirectory(redis)
    sessions = Sessions(
        accounts,
        PostgresRefreshTokens(engine),
        tokens,
        passwords,
        RedisAttempts(redis),
        links=RedisOneTime(redis, "link"),
        flows=RedisOneTime(redis, "oidc"),
        tickets=tickets,
        clock=now,
        provider=_provider(),
    )
    classes = Classes(
        PostgresClassRegister(engine, directory),
        accounts,
        passwords,
        tokens,
        tickets,
        directory,
        _queue("UPDATES_QUEUE_URL"),
        now,
        privacy_key=PrivacySettings.read().key.encode(),
    )
    return make_manage_app(sessions, classes, Access(instructor_token(), tokens, PostgresGrants(engine), now))


def _provider() -> "Provider | None":
    settings = OidcSettings.read()
    if settings is None:
        return None
    from classpulse.adapters.oidc import OidcProvider
    from classpulse.services.sessions import Provider

    identity = OidcProvider(settings.issuer, settings.client_id, settings.client_secret)
    return Provider(settings.name, settings.redirect_uri, identity)


def records() -> "Records":
    """Return the service of the administer function."""
    from classpulse.adapters.postgres.progress import PostgresProgress
    from classpulse.adapters.postgres.records import PostgresRecords
    from classpulse.services.records import Records

    engine = _engine()
    boxes = [_dead_letters(name) for name in ("EVENTS_DEAD_LETTER_QUEUE_URL", "SERIES_DEAD_LETTER_QUEUE_URL")]
    days = RetentionSettings.read().raw_data_days
    return Records(
        PostgresProgress(engine), PostgresRecords(engine), _series(), boxes=boxes, clock=now, raw_data_days=days
    )


def publish() -> "Publish":
    """Return the service that brings policies and keys to ingest."""
    from classpulse.adapters.postgres.registry import PostgresRegistry
    from classpulse.adapters.redis import make_redis
    from classpulse.adapters.redis_directory import RedisDirectory
    from classpulse.services.publishing import Publish

    return Publish(PostgresRegistry(_engine()), RedisDirectory(make_redis(RedisSettings.read().url)))


def _tokens() -> "JwtTokens":
    from classpulse.adapters.tokens import JwtTokens

    return JwtTokens(SigningSettings.read().keys)


def _dead_letters(variable: str) -> DeadLetterBox:
    from classpulse.adapters.dead_letters import RedisDeadLetters, SqsDeadLetters

    url = QueueSettings.read(variable).url
    return RedisDeadLetters(url) if url.startswith("redis") else SqsDeadLetters(url)


def _meter(function: str) -> Meter:
    from classpulse.adapters.metrics import EmbeddedMetrics

    return EmbeddedMetrics(function)


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
