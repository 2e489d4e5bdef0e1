"""Settings: one frozen class per external service or concern. Only this module reads the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from classpulse.core.errors import ConfigError
from classpulse.core.loopback import is_loopback
from classpulse.core.variables import certificate, required, secret, url, whole_number


@dataclass(frozen=True)
class LogSettings:
    """LOG_LEVEL: DEBUG, INFO, WARNING or ERROR."""

    level: str

    @classmethod
    def read(cls, env: Mapping[str, str] = os.environ) -> "LogSettings":
        """Raises ConfigError."""
        if (level := env.get("LOG_LEVEL", "INFO")) not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ConfigError("LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR")
        return cls(level)


@dataclass(frozen=True)
class ClassSettings:
    """DEFAULT_CLASS_ID: the class of events and sockets that name none."""

    default_class_id: str

    @classmethod
    def read(cls, env: Mapping[str, str] = os.environ) -> "ClassSettings":
        """Raises ConfigError."""
        return cls(required(env, "DEFAULT_CLASS_ID"))


@dataclass(frozen=True)
class QueueSettings:
    """A queue's URL: redis:// or rediss:// with the queue's name as fragment, or an SQS queue's https URL."""

    url: str

    @classmethod
    def read(cls, name: str, env: Mapping[str, str] = os.environ) -> "QueueSettings":
        """Read the variable `name`. Raises ConfigError."""
        return cls(url(env, name, "redis", "rediss", "https", "http"))


@dataclass(frozen=True)
class IngestSettings:
    """INGEST_KEY, OPEN_INGEST (true: localhost may send without a key), and three rate limits.

    The limits are MAX_EVENTS_PER_STUDENT_PER_MINUTE, MAX_EVENTS_PER_KEY_PER_MINUTE and
    MAX_EVENTS_PER_PATH_KEY_PER_MINUTE; 0: no limit.
    """

    key: str
    open: bool
    events_per_student_per_minute: int
    events_per_key_per_minute: int
    events_per_path_key_per_minute: int

    @classmethod
    def read(cls, env: Mapping[str, str] = os.environ) -> "IngestSettings":
        """Raises ConfigError."""
        if (is_open := env.get("OPEN_INGEST", "false")) not in ("true", "false"):
            raise ConfigError("OPEN_INGEST must be true or false")
        return cls(
            secret(env, "INGEST_KEY"),
            is_open == "true",
            whole_number(env, "MAX_EVENTS_PER_STUDENT_PER_MINUTE", 0),
            whole_number(env, "MAX_EVENTS_PER_KEY_PER_MINUTE", 0),
            whole_number(env, "MAX_EVENTS_PER_PATH_KEY_PER_MINUTE", 0),
        )


@dataclass(frozen=True)
class InstructorSettings:
    """INSTRUCTOR_TOKEN: the operator's bearer token, which allows everything."""

    token: str

    @classmethod
    def read(cls, env: Mapping[str, str] = os.environ) -> "InstructorSettings":
        """Raises ConfigError."""
        return cls(secret(env, "INSTRUCTOR_TOKEN"))


@dataclass(frozen=True)
class OriginSettings:
    """ORIGIN_SECRET: CloudFront sends it to vouch for the viewer's address; empty: there is no CloudFront."""

    secret: str | None

    @classmethod
    def read(cls, env: Mapping[str, str] = os.environ) -> "OriginSettings":
        """Raises ConfigError."""
        return cls(secret(env, "ORIGIN_SECRET") if env.get("ORIGIN_SECRET") else None)


@dataclass(frozen=True)
class StandingTicketSettings:
    """STANDING_TICKET: a ticket that opens any number of sockets as the operator, and nothing else."""

    ticket: str

    @classmethod
    def read(cls, env: Mapping[str, str] = os.environ) -> "StandingTicketSettings | None":
        """Return None when STANDING_TICKET is empty: every ticket then opens one socket only. Raises ConfigError."""
        return cls(secret(env, "STANDING_TICKET")) if env.get("STANDING_TICKET") else None


@dataclass(frozen=True)
class SigningSettings:
    """SIGNING_KEY signs tokens; after a rotation, PREVIOUS_SIGNING_KEY (or empty) still verifies older ones."""

    keys: tuple[str, ...]

    @classmethod
    def read(cls, env: Mapping[str, str] = os.environ) -> "SigningSettings":
        """Raises ConfigError."""
        previous = (secret(env, "PREVIOUS_SIGNING_KEY"),) if env.get("PREVIOUS_SIGNING_KEY") else ()
        return cls((secret(env, "SIGNING_KEY"), *previous))


@dataclass(frozen=True)
class OidcSettings:
    """OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_NAME (the sign-in button's label), PUBLIC_URL."""

    issuer: str
    client_id: str
    client_secret: str
    name: str
    public_url: str

    @property
    def redirect_uri(self) -> str:
        """The redirect URI to register with the identity provider."""
        return f"{self.public_url.rstrip('/')}/api/v1/session/oidc/callback"

    @classmethod
    def read(cls, env: Mapping[str, str] = os.environ) -> "OidcSettings | None":
        """Return None when OIDC_ISSUER is empty. Raises ConfigError."""
        if not env.get("OIDC_ISSUER"):
            return None
        for name in ("OIDC_ISSUER", "PUBLIC_URL"):
            if urlsplit(url(env, name, "https", "http")).scheme == "http" and not is_loopback(
                urlsplit(env[name]).hostname or ""
            ):
                raise ConfigError(f"{name} must start with https://")
        return cls(
            env["OIDC_ISSUER"],
            required(env, "OIDC_CLIENT_ID"),
            required(env, "OIDC_CLIENT_SECRET"),
            env.get("OIDC_NAME") or "OpenID Connect",
            env["PUBLIC_URL"],
        )


@dataclass(frozen=True)
class PrivacySettings:
    """PRIVACY_KEY: the key of pseudonyms and code hashes. Changing it changes every pseudonym."""

    key: str

    @classmethod
    def read(cls, env: Mapping[str, str] = os.environ) -> "PrivacySettings":
        """Raises ConfigError."""
        return cls(secret(env, "PRIVACY_KEY"))


@dataclass(frozen=True)
class PostgresSettings:
    """DATABASE_URL, DATABASE_POOL_SIZE (how many connections one process may hold), and CA_CERTIFICATE."""

    url: str
    pool_size: int
    ca: str = ""

    @classmethod
    def read(cls, env: Mapping[str, str] = os.environ) -> "PostgresSettings":
        """Raises ConfigError."""
        address = url(env, "DATABASE_URL", "postgresql", "postgres", "postgresql+pg8000")
        ca = certificate(env, "CA_CERTIFICATE")
        if ca and parse_qs(urlsplit(address).query).get("sslmode") not in (["verify-full"], ["verify-ca"]):
            raise ConfigError("CA_CERTIFICATE is set, but DATABASE_URL checks no certificate: add ?sslmode=verify-full")
        return cls(address, whole_number(env, "DATABASE_POOL_SIZE", 4), ca)


@dataclass(frozen=True)
class RedisSettings:
    """REDIS_URL and CA_CERTIFICATE."""

    url: str
    ca: str = ""

    @classmethod
    def read(cls, env: Mapping[str, str] = os.environ) -> "RedisSettings":
        """Raises ConfigError."""
        address = url(env, "REDIS_URL", "redis", "rediss")
        ca = certificate(env, "CA_CERTIFICATE")
        if ca and urlsplit(address).scheme != "rediss":
            raise ConfigError("CA_CERTIFICATE is set, but REDIS_URL uses no TLS: start it with rediss://")
        return cls(address, ca)


@dataclass(frozen=True)
class InfluxdbSettings:
    """INFLUXDB_URL, INFLUXDB_TOKEN, INFLUXDB_ORG, INFLUXDB_BUCKET."""

    url: str
    token: str
    org: str
    bucket: str

    @classmethod
    def read(cls, env: Mapping[str, str] = os.environ) -> "InfluxdbSettings | None":
        """Return None when INFLUXDB_URL is empty: PostgreSQL then serves the time series. Raises ConfigError."""
        if not env.get("INFLUXDB_URL"):
            return None
        return cls(
            url(env, "INFLUXDB_URL", "http", "https"),
            env.get("INFLUXDB_TOKEN", ""),
            env.get("INFLUXDB_ORG", ""),
            required(env, "INFLUXDB_BUCKET"),
        )


@dataclass(frozen=True)
class RetentionSettings:
    """RAW_DATA_DAYS, CLASS_DAYS and AUDIT_DAYS: how many days data is kept; 0: without limit.

    Raw data are the texts of students and clients. A class is kept after its last day, a student after the last event.
    """

    raw_data_days: int
    class_days: int
    audit_days: int

    @classmethod
    def read(cls, env: Mapping[str, str] = os.environ) -> "RetentionSettings":
        """Raises ConfigError."""
        return cls(*(whole_number(env, name, 0) for name in ("RAW_DATA_DAYS", "CLASS_DAYS", "AUDIT_DAYS")))


@dataclass(frozen=True)
class JournalSettings:
    """ERASURE_JOURNAL_URL: file:/path, or s3://bucket/prefix. It must be no part of PostgreSQL's backups."""

    url: str

    @classmethod
    def read(cls, env: Mapping[str, str] = os.environ) -> "JournalSettings":
        """Raises ConfigError."""
        return cls(url(env, "ERASURE_JOURNAL_URL", "file", "s3"))


@dataclass(frozen=True)
class WebSocketSettings:
    """WEBSOCKET_API_ENDPOINT (wss://… or ws://…) and WEBSOCKET_STAGE."""

    endpoint: str
    stage: str

    @property
    def management_url(self) -> str:
        """The base URL of @connections."""
        return "http" + self.endpoint.removeprefix("ws").rstrip("/") + "/" + self.stage

    @classmethod
    def read(cls, env: Mapping[str, str] = os.environ) -> "WebSocketSettings":
        """Raises ConfigError."""
        return cls(url(env, "WEBSOCKET_API_ENDPOINT", "ws", "wss"), required(env, "WEBSOCKET_STAGE"))
