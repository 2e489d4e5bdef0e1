"""The composition root of the functions that answer HTTP; bootstrap.py builds the others."""

from typing import TYPE_CHECKING

from classpulse import adapters, bootstrap
from classpulse.core import config
from classpulse.core.ports import Pingable

if TYPE_CHECKING:
    from fastapi import FastAPI

    from classpulse.identity.service import Provider


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
        bootstrap.now,
        ingest_key=settings.key,
        is_open=settings.open,
        default_class_id=config.ClassSettings.read().default_class_id,
    )
    limits = Limits(
        adapters.limiter(settings.events_per_student_per_minute),
        adapters.limiter(settings.events_per_key_per_minute),
        adapters.limiter(settings.events_per_path_key_per_minute),
    )
    privacy_key = config.PrivacySettings.read().key.encode()
    queue, meter = adapters.queue("EVENTS_QUEUE_URL"), adapters.meter("ingest")
    return make_ingest_app(Ingest(authorizer, queue, limits, privacy_key=privacy_key, meter=meter))


def query_app() -> "FastAPI":
    """Return the app of the query function."""
    from classpulse.apps.query import make_query_app
    from classpulse.classes.postgres_enrolments import PostgresEnrolments
    from classpulse.core.health import Health
    from classpulse.identity.access import Access
    from classpulse.identity.postgres_grants import PostgresGrants
    from classpulse.ingest.redis_erasures import RedisErasures
    from classpulse.progress.attend import Attend
    from classpulse.progress.postgres import PostgresProgress
    from classpulse.progress.postgres_attention import PostgresAttention
    from classpulse.records.about_me import AboutMe
    from classpulse.records.postgres_audit import PostgresAuditLog
    from classpulse.records.postgres_consents import PostgresConsents
    from classpulse.records.withdraw import Withdraw
    from classpulse.views.postgres import PostgresViews
    from classpulse.views.service import Query

    engine = adapters.engine()
    reader = PostgresProgress(engine)
    series = adapters.series()
    dependencies: dict[str, Pingable] = {"postgresql": reader, "redis": bootstrap.connections()}
    if config.InfluxdbSettings.read():
        dependencies["influxdb"] = series
    query = Query(reader, PostgresViews(engine), series, bootstrap.now)
    attend = Attend(PostgresAttention(engine), adapters.queue("UPDATES_QUEUE_URL"), bootstrap.now)
    access = Access(bootstrap.instructor_token(), adapters.tokens(), PostgresGrants(engine), bootstrap.now)
    about_me = AboutMe(
        reader,
        PostgresEnrolments(engine),
        adapters.tokens(),
        bootstrap.now,
        privacy_key=config.PrivacySettings.read().key.encode(),
        raw_data_days=config.RetentionSettings.read().raw_data_days,
    )
    log = PostgresAuditLog(engine)
    withdraw = Withdraw(about_me, PostgresConsents(engine), RedisErasures(adapters.redis()))
    return make_query_app(query, attend, access, withdraw, health=Health(dependencies), log=log)


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
    from classpulse.records.postgres_audit import PostgresAuditLog

    engine, redis, tokens = adapters.engine(), adapters.redis(), adapters.tokens()
    accounts, passwords, strength = PostgresAccounts(engine), Argon2Passwords(), ZxcvbnStrength()
    policy_cache = RedisPolicyCache(redis)
    sign_ins = PostgresSignIns(engine, Successors(config.SigningSettings.read().keys))
    disconnect = bootstrap.disconnect()
    endings = Endings(sign_ins, disconnect, bootstrap.now)
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
        clock=bootstrap.now,
        operator_key=operator_key(bootstrap.instructor_token()),
        provider=_provider(),
    )
    classes = Classes(
        PostgresClassRepository(engine, policy_cache),
        disconnect,
        disconnect.updates,
        bootstrap.now,
        privacy_key=privacy_key,
    )
    joining = Joining(
        PostgresJoining(engine, policy_cache),
        classes.repository,
        tokens,
        policy_cache,
        disconnect.updates,
        bootstrap.now,
        privacy_key=privacy_key,
    )
    return make_manage_app(
        sessions,
        ManagedAccounts(accounts, passwords, strength, endings),
        classes,
        joining,
        Access(bootstrap.instructor_token(), tokens, PostgresGrants(engine), bootstrap.now),
        origins=Origins(config.OriginSettings.read().secret),
        log=PostgresAuditLog(engine),
    )


def _provider() -> "Provider | None":
    settings = config.OidcSettings.read()
    if settings is None:
        return None
    from classpulse.identity.oidc import OidcProvider
    from classpulse.identity.service import Provider

    identity = OidcProvider(settings.issuer, settings.client_id, settings.client_secret)
    return Provider(settings.name, settings.redirect_uri, identity)
