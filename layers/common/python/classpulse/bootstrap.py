"""The composition root: builds each function with its real adapters, and imports only what that function needs."""

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from classpulse import adapters
from classpulse.core import config
from classpulse.live.ports import TicketCheck

if TYPE_CHECKING:
    from classpulse.classes.publishing import Publish
    from classpulse.identity.ending import Disconnect
    from classpulse.live.redis import RedisConnections
    from classpulse.live.redis_tickets import RedisTickets
    from classpulse.live.subscriptions import Subscriptions
    from classpulse.queues.drain import Drain
    from classpulse.records.service import Records

# Deleting a student with many events, or rewriting a table, takes longer than a request may.
ERASURE_SECONDS = 120

logging.getLogger("classpulse").setLevel(config.LogSettings.read().level)


def now() -> datetime:
    """The Clock port."""
    return datetime.now(UTC)


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
    service = Consume(facts, outputs, now, meter, not_erased=adapters.erasure_filter())
    return Drain(service, Tries(adapters.try_marks("events"), giving_up))


def persist_series() -> "Drain":
    """Return the persist_series function."""
    from classpulse.ingest.batches import single_events
    from classpulse.queues.drain import Drain
    from classpulse.queues.tries import GivingUp, Tries
    from classpulse.series.service import PersistSeries

    store, meter = adapters.series(), adapters.meter("persist_series")
    dead_letters = adapters.queue("SERIES_DEAD_LETTER_QUEUE_URL")
    giving_up = GivingUp(dead_letters, now, store.ping, single_events, meter)
    service = PersistSeries(store, dead_letters, now, meter, not_erased=adapters.erasure_filter())
    return Drain(service, Tries(adapters.try_marks("series"), giving_up))


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


def disconnect() -> "Disconnect":
    """Return what closes an account's sockets."""
    from classpulse.identity.ending import Disconnect

    return Disconnect(tickets(), adapters.queue("UPDATES_QUEUE_URL"))


def records() -> "Records":
    """Return the service of the administer function."""
    from classpulse.ingest.redis_erasures import RedisErasures
    from classpulse.progress.postgres import PostgresProgress
    from classpulse.records.erasure import Erasure, Stores
    from classpulse.records.postgres import PostgresRecords
    from classpulse.records.postgres_audit import PostgresAuditLog
    from classpulse.records.postgres_consents import PostgresConsents
    from classpulse.records.redis import RedisCache
    from classpulse.records.retention import Limits, Retention
    from classpulse.records.service import Records

    engine, redis = adapters.engine(), adapters.redis()
    queues = ("EVENTS_DEAD_LETTER_QUEUE_URL", "SERIES_DEAD_LETTER_QUEUE_URL", "UPDATES_DEAD_LETTER_QUEUE_URL")
    stores = Stores(
        PostgresRecords(engine, adapters.patient_engine(ERASURE_SECONDS)),
        adapters.series(),
        "InfluxDB" if config.InfluxdbSettings.read() else "PostgreSQL",
        [adapters.dead_letters(name) for name in queues],
        RedisCache(redis),
        PostgresAuditLog(engine),
        PostgresConsents(engine),
    )
    key = config.PrivacySettings.read().key.encode()
    erasure = Erasure(stores, adapters.erasure_journal(), RedisErasures(redis), now, key)
    days = config.RetentionSettings.read()
    limits = Limits(days.raw_data_days, days.class_days, days.audit_days)
    return Records(PostgresProgress(engine), erasure, Retention(erasure, limits, now))


def publish() -> "Publish":
    """Return the service that publishes policies and keys to ingest's cache, and ends an old operator's sockets."""
    from classpulse.classes.postgres_policies import PostgresRegistry
    from classpulse.classes.publishing import Publish
    from classpulse.identity.access import operator_key
    from classpulse.identity.ending import EndOldOperator
    from classpulse.identity.redis import RedisOperatorKey
    from classpulse.ingest.redis import RedisPolicyCache

    engine, redis = adapters.engine(), adapters.redis()
    end_old_operator = EndOldOperator(RedisOperatorKey(redis), disconnect(), operator_key(instructor_token()))
    return Publish(PostgresRegistry(engine), RedisPolicyCache(redis), end_old_operator)
