"""The settings, one frozen class an outside thing. The only reader of the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from classpulse.errors import ConfigError

SHORTEST_SECRET = 20


def _required(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "")
    if not value:
        raise ConfigError(f"{name} is not set: see docs/settings.md")
    return value


def _url(env: Mapping[str, str], name: str, *schemes: str) -> str:
    value = _required(env, name)
    if urlsplit(value).scheme not in schemes:
        raise ConfigError(f"{name} must start with one of {', '.join(scheme + '://' for scheme in schemes)}")
    return value


def _secret(env: Mapping[str, str], name: str) -> str:
    value = _required(env, name)
    if len(value) < SHORTEST_SECRET:
        raise ConfigError(f"{name} is shorter than {SHORTEST_SECRET} characters: generate a longer one")
    return value


def _whole_number(env: Mapping[str, str], name: str, default: int) -> int:
    value = env.get(name) or str(default)
    if not value.isdecimal():
        raise ConfigError(f"{name} must be a whole number, 0 or more")
    return int(value)


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
    """DEFAULT_CLASS_ID: the class of whoever names none."""

    default_class_id: str

    @classmethod
    def read(cls, env: Mapping[str, str] = os.environ) -> "ClassSettings":
        """Raises ConfigError."""
        return cls(_required(env, "DEFAULT_CLASS_ID"))


@dataclass(frozen=True)
class QueueSettings:
    """A queue's URL: redis:// or rediss:// with the queue's name as fragment, or an SQS queue's https URL."""

    url: str

    @classmethod
    def read(cls, name: str, env: Mapping[str, str] = os.environ) -> "QueueSettings":
        """Read the variable `name`. Raises ConfigError."""
        return cls(_url(env, name, "redis", "rediss", "https", "http"))


@dataclass(frozen=True)
class IngestSettings:
    """INGEST_KEY, OPEN_INGEST (true: no key is asked for), MAX_EVENTS_PER_STUDENT_PER_MINUTE (0: no limit)."""

    key: str
    open: bool
    events_per_student_per_minute: int

    @classmethod
    def read(cls, env: Mapping[str, str] = os.environ) -> "IngestSettings":
        """Raises ConfigError."""
        if (is_open := env.get("OPEN_INGEST", "false")) not in ("true", "false"):
            raise ConfigError("OPEN_INGEST must be true or false")
        limit = _whole_number(env, "MAX_EVENTS_PER_STUDENT_PER_MINUTE", 0)
        return cls(_secret(env, "INGEST_KEY"), is_open == "true", limit)


@dataclass(frozen=True)
class InstructorSettings:
    """INSTRUCTOR_TOKEN: what a dashboard shows."""

    token: str

    @classmethod
    def read(cls, env: Mapping[str, str] = os.environ) -> "InstructorSettings":
        """Raises ConfigError."""
        return cls(_secret(env, "INSTRUCTOR_TOKEN"))


@dataclass(frozen=True)
class PostgresSettings:
    """DATABASE_URL, and DATABASE_POOL_SIZE: connections that one process may hold."""

    url: str
    pool_size: int

    @classmethod
    def read(cls, env: Mapping[str, str] = os.environ) -> "PostgresSettings":
        """Raises ConfigError."""
        url = _url(env, "DATABASE_URL", "postgresql", "postgres", "postgresql+pg8000")
        return cls(url, _whole_number(env, "DATABASE_POOL_SIZE", 4))


@dataclass(frozen=True)
class RedisSettings:
    """REDIS_URL."""

    url: str

    @classmethod
    def read(cls, env: Mapping[str, str] = os.environ) -> "RedisSettings":
        """Raises ConfigError."""
        return cls(_url(env, "REDIS_URL", "redis", "rediss"))


@dataclass(frozen=True)
class InfluxdbSettings:
    """INFLUXDB_URL, INFLUXDB_TOKEN, INFLUXDB_ORG, INFLUXDB_BUCKET."""

    url: str
    token: str
    org: str
    bucket: str

    @classmethod
    def read(cls, env: Mapping[str, str] = os.environ) -> "InfluxdbSettings | None":
        """Return None when INFLUXDB_URL is empty: the series are then PostgreSQL's. Raises ConfigError."""
        if not env.get("INFLUXDB_URL"):
            return None
        return cls(
            _url(env, "INFLUXDB_URL", "http", "https"),
            env.get("INFLUXDB_TOKEN", ""),
            env.get("INFLUXDB_ORG", ""),
            _required(env, "INFLUXDB_BUCKET"),
        )


@dataclass(frozen=True)
class WebSocketSettings:
    """WEBSOCKET_API_ENDPOINT (wss://… or ws://…) and WEBSOCKET_STAGE."""

    endpoint: str
    stage: str

    @property
    def management_url(self) -> str:
        """Where @connections is served."""
        return "http" + self.endpoint.removeprefix("ws").rstrip("/") + "/" + self.stage

    @classmethod
    def read(cls, env: Mapping[str, str] = os.environ) -> "WebSocketSettings":
        """Raises ConfigError."""
        return cls(_url(env, "WEBSOCKET_API_ENDPOINT", "ws", "wss"), _required(env, "WEBSOCKET_STAGE"))
