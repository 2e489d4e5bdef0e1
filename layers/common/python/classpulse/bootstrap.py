"""The composition root: builds each function with its real adapters, and imports only what that function needs."""

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from classpulse import adapters
from classpulse.core import config
from classpulse.core.ports import Pingable
from classpulse.live.ports import TicketCheck

if TYPE_CHECKING:
    from fastapi import FastAPI

    from classpulse.classes.publishing import Publish
    from classpulse.identity.ending import Disconnect
    from classpulse.identity.service import Provider
    from classpulse.live.redis import RedisConnections
    from classpulse.live.redis_tickets import RedisTickets
    from classpulse.live.subscriptions import Subscriptions
    from classpulse.queues.drain import Drain
    from classpulse.records.service import Records

logging.getLogger("classpulse").setLevel(config.LogSettings.read().level)


def now() -> datetime:
    """The Clock port."""
    return datetime.now(UTC)


def ingest_app() -> "FastAPI":
    """Return the app of the ingest function."""
    from classpulse.ingest.admission import IngestAuthorizer
    from classpulse.ingest.api import make_ingest_app
    from classpulse.ingest.redis import RedisPolicyCache
    from classpulse.ingest.service import Ingest, Limits

    settings = config.IngestSettings.read()
    authorizer = IngestAuthorizer(
        RedisPolicyCache(adapters.redis()),
        adapters.tokens(),
        now,
        ingest_key=settings.key,
        is_open=settings.open,
        default_class_id=config.ClassSettings.read().default_class_id,
    )
    limits = Limits(
        adapters.limiter(settings.events_per_student_per_minute), adapters.limiter(settings.events_per_key_per_minute)
    )
    privacy_key = config.PrivacySettings.read().key.encode()
    queue, meter = adapters.queue("EVENTS_QUEUE_URL"), adapters.meter("ingest")
    return make_ingest_app(Ingest(authorizer, queue, limits, privacy_key=privacy_key, meter=meter))


def consume() -> "Drain":
    """Return the consume function."""
    from classpulse.ingest.batches import single_events
    from classpulse.progress.consume import Consume, Outputs
    from classpulse.progress.postgres_facts import PostgresFacts
    from classpulse.progress.redis import RedisAnnouncer
    from classpulse.queues.drain import Drain
    from classpulse.queues.tries import GivingUp, Tries

    outputs = Outputs(
        series=adapters.queue("SERIES_QUEUE_URL"),
        updates=adapters.queue("UPDATES_QUEUE_URL"),
        dead_letters=adapters.queue("EVENTS_DEAD_LETTER_QUEUE_URL"),
        announcer=RedisAnnouncer(adapters.redis()),
    )
    facts, meter = PostgresFacts(adapters.engine()), adapters.meter("consume")
    giving_up = GivingUp(outputs.dead_letters, now, facts.ping, single_events, meter)
    return Drain(Consume(facts, outputs, now, meter), Tries(adapters.try_marks("events"), giving_up))


def persist_series() -> "Drain":
    """Return the persist_series function."""
    from classpulse.ingest.batches import single_events
    from classpulse.queues.drain import Drain
    from classpulse.queues.tries import GivingUp, Tries
    from classpulse.series.service import PersistSeries

    store, meter = adapters.series(), adapters.meter("persist_series")
    dead_letters = adapters.queue("SERIES_DEAD_LETTER_QUEUE_URL")
    giving_up = GivingUp(dead_letters, now, store.ping, single_events, meter)
    return Drain(PersistSeries(store, dead_letters, now, meter), Tries(adapters.try_marks("series"), giving_up))


def broadcast() -> "Drain":
    """Return the broadcast function."""
    from classpulse.live.apigateway import ApiGatewaySockets
    from classpulse.live.broadcast import Broadcast
    from classpulse.progress.postgres import PostgresProgress
    from classpulse.queues.drain import Drain
    from classpulse.queues.tries import GivingUp, Tries

    sockets = ApiGatewaySockets(config.WebSocketSettings.read().management_url)
    reader, meter = PostgresProgress(adapters.engine()), adapters.meter("broadcast")
    giving_up = GivingUp(adapters.queue("UPDATES_DEAD_LETTER_QUEUE_URL"), now, reader.ping, meter=meter)
    service = Broadcast(connections(), sockets, reader, tickets(), now, meter=meter)
    return Drain(service, Tries(adapters.try_marks("updates"), giving_up))


def connections() -> "RedisConnections":
    """Return the store of connections."""
    from classpulse.live.redis import RedisConnections

    return RedisConnections(adapters.redis())


def tickets() -> "RedisTickets":
    """Return the store of WebSocket tickets."""
    from classpulse.live.redis_tickets import RedisTickets

    return RedisTickets(adapters.redis())


def ticket_check() -> TicketCheck:
    """Return the connect function's check of tickets."""
    if settings := config.StandingTicketSettings.read():
        from classpulse.live.standing_ticket import StandingTicket

        return StandingTicket(settings.ticket, tickets())
    return tickets()


def subscriptions() -> "Subscriptions":
    """Return the service of the connect and message functions."""
    from classpulse.live.subscriptions import Subscriptions

    return Subscriptions(
        connections(), adapters.queue("UPDATES_QUEUE_URL"), config.ClassSettings.read().default_class_id
    )


def instructor_token() -> str:
    """Return the operator's bearer token."""
    return config.InstructorSettings.read().token


def query_app() -> "FastAPI":
    """Return the app of the query function."""
    from classpulse.apps.query import make_query_app
    from classpulse.classes.postgres_enrolments import PostgresEnrolments
    from classpulse.core.health import Health
    from classpulse.identity.access import Access
    from classpulse.identity.postgres_grants import PostgresGrants
    from classpulse.progress.attend import Attend
    from classpulse.progress.postgres import PostgresProgress
    from classpulse.progress.postgres_attention import PostgresAttention
    from classpulse.records.about_me import AboutMe
    from classpulse.views.postgres import PostgresViews
    from classpulse.views.service import Query

    engine = adapters.engine()
    reader = PostgresProgress(engine)
    series = adapters.series()
    dependencies: dict[str, Pingable] = {"postgresql": reader, "redis": connections()}
    if config.InfluxdbSettings.read():
        dependencies["influxdb"] = series
    query = Query(reader, PostgresViews(engine), series, now)
    attend = Attend(PostgresAttention(engine), adapters.queue("UPDATES_QUEUE_URL"), now)
    access = Access(instructor_token(), adapters.tokens(), PostgresGrants(engine), now)
    about_me = AboutMe(
        reader,
        PostgresEnrolments(engine),
        adapters.tokens(),
        now,
        privacy_key=config.PrivacySettings.read().key.encode(),
        raw_data_days=config.RetentionSettings.read().raw_data_days,
    )
    return make_query_app(query, attend, access, about_me, Health(dependencies))


def manage_app() -> "FastAPI":
    """Return the app of the manage function."""
    from classpulse.apps.manage import make_manage_app
    from classpulse.classes.joining import Joining
    from classpulse.classes.postgres import PostgresClassRepository
    from classpulse.classes.postgres_joining import PostgresJoining
    from classpulse.classes.service import Classes
    from classpulse.identity.access import Access, operator_key
    from classpulse.identity.accounts import ManagedAccounts
    from classpulse.identity.ending import Endings
    from classpulse.identity.origins import Origins
    from classpulse.identity.passwords import Argon2Passwords
    from classpulse.identity.postgres import PostgresAccounts
    from classpulse.identity.postgres_grants import PostgresGrants
    from classpulse.identity.postgres_sign_ins import PostgresSignIns
    from classpulse.identity.redis import RedisAttempts, RedisOneTime
    from classpulse.identity.service import Sessions
    from classpulse.identity.strength import ZxcvbnStrength
    from classpulse.identity.tokens import Successors
    from classpulse.ingest.redis import RedisPolicyCache

    engine, redis, tokens = adapters.engine(), adapters.redis(), adapters.tokens()
    accounts, passwords, strength = PostgresAccounts(engine), Argon2Passwords(), ZxcvbnStrength()
    policy_cache = RedisPolicyCache(redis)
    sign_ins = PostgresSignIns(engine, Successors(config.SigningSettings.read().keys))
    disconnect = _disconnect()
    endings = Endings(sign_ins, disconnect, now)
    privacy_key = config.PrivacySettings.read().key.encode()
    sessions = Sessions(
        accounts,
        sign_ins,
        tokens,
        tokens,
        passwords,
        strength,
        RedisAttempts(redis),
        links=RedisOneTime(redis, "link"),
        flows=RedisOneTime(redis, "oidc"),
        tickets=disconnect.tickets,
        endings=endings,
        clock=now,
        operator_key=operator_key(instructor_token()),
        provider=_provider(),
    )
    classes = Classes(
        PostgresClassRepository(engine, policy_cache),
        disconnect,
        disconnect.updates,
        now,
        privacy_key=privacy_key,
    )
    joining = Joining(
        PostgresJoining(engine, policy_cache),
        classes.repository,
        tokens,
        policy_cache,
        disconnect.updates,
        now,
        privacy_key=privacy_key,
    )
    return make_manage_app(
        sessions,
        ManagedAccounts(accounts, passwords, strength, endings),
        classes,
        joining,
        Access(instructor_token(), tokens, PostgresGrants(engine), now),
        origins=Origins(config.OriginSettings.read().secret),
    )


def _disconnect() -> "Disconnect":
    from classpulse.identity.ending import Disconnect

    return Disconnect(tickets(), adapters.queue("UPDATES_QUEUE_URL"))


def _provider() -> "Provider | None":
    settings = config.OidcSettings.read()
    if settings is None:
        return None
    from classpulse.identity.oidc import OidcProvider
    from classpulse.identity.service import Provider

    identity = OidcProvider(settings.issuer, settings.client_id, settings.client_secret)
    return Provider(settings.name, settings.redirect_uri, identity)


def records() -> "Records":
    """Return the service of the administer function."""
    from classpulse.progress.postgres import PostgresProgress
    from classpulse.records.postgres import PostgresRecords
    from classpulse.records.service import Records

    engine, days = adapters.engine(), config.RetentionSettings.read().raw_data_days
    letters = [adapters.dead_letters(name) for name in ("EVENTS_DEAD_LETTER_QUEUE_URL", "SERIES_DEAD_LETTER_QUEUE_URL")]
    return Records(
        PostgresProgress(engine),
        PostgresRecords(engine),
        adapters.series(),
        dead_letters=letters,
        clock=now,
        raw_data_days=days,
    )


def publish() -> "Publish":
    """Return the service that publishes policies and keys to ingest's cache, and ends an old operator's sockets."""
    from classpulse.classes.postgres_policies import PostgresRegistry
    from classpulse.classes.publishing import Publish
    from classpulse.identity.access import operator_key
    from classpulse.identity.ending import EndOldOperator
    from classpulse.identity.redis import RedisOperatorKey
    from classpulse.ingest.redis import RedisPolicyCache

    engine, redis = adapters.engine(), adapters.redis()
    end_old_operator = EndOldOperator(RedisOperatorKey(redis), _disconnect(), operator_key(instructor_token()))
    return Publish(PostgresRegistry(engine), RedisPolicyCache(redis), end_old_operator)
