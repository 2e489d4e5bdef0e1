"""The servers behind the functions: embedded ones, or real ones that the environment names."""

from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from runner.embedded.data_dir import DataDir
from runner.embedded.postgres import EmbeddedPostgres
from runner.embedded.redis import EmbeddedRedis
from runner.embedded.server import EmbeddedServer
from runner.errors import RunnerError
from runner.tasks import together


class Stores:
    """PostgreSQL and Redis, unless the environment names real ones.

    Those are DATABASE_URL, and REDIS_URL or REDIS_HOST with REDIS_PORT and REDIS_PASSWORD.
    """

    def __init__(self, data_dir: DataDir, database: str, environment: Mapping[str, str]) -> None:
        """Raises RunnerError."""
        self._database_url = _url(environment, "DATABASE_URL", "postgresql", "postgres", "postgresql+pg8000")
        self._redis_url = _url(environment, "REDIS_URL", "redis", "rediss") or _redis_by_host(environment)
        self.postgres: EmbeddedPostgres | None = None
        self.redis: EmbeddedRedis | None = None
        if not self._database_url:
            self.postgres = EmbeddedPostgres(data_dir.path, data_dir.key("postgres"), database)
        if not self._redis_url:
            self.redis = EmbeddedRedis(data_dir.path, data_dir.key("redis"))

    @property
    def database_url(self) -> str:
        """Where PostgreSQL is, once started."""
        return self.postgres.url if self.postgres else self._database_url

    @property
    def redis_url(self) -> str:
        """Where Redis is, once started."""
        return self.redis.url if self.redis else self._redis_url

    @property
    def described(self) -> str:
        """What is embedded, for a person."""
        postgres = "PostgreSQL (embedded)" if self.postgres else "PostgreSQL at DATABASE_URL"
        redis = "Redis (embedded)" if self.redis else "Redis at REDIS_URL"
        return f"{postgres}, {redis}"

    @property
    def _embedded(self) -> list[EmbeddedServer]:
        return [server for server in (self.postgres, self.redis) if server is not None]

    async def start(self) -> None:
        """Start what is embedded. Raises ServerFailed."""
        async with together() as group:
            for server in self._embedded:
                group.create_task(server.start())

    async def stop(self) -> None:
        """Stop what is embedded."""
        async with together() as group:
            for server in self._embedded:
                group.create_task(server.stop())


def _url(environment: Mapping[str, str], name: str, *schemes: str) -> str:
    url = environment.get(name, "")
    if url and urlsplit(url).scheme not in schemes:
        raise RunnerError(f"{name} must start with one of {', '.join(f'{scheme}://' for scheme in schemes)}")
    return url


def _redis_by_host(environment: Mapping[str, str]) -> str:
    host = environment.get("REDIS_HOST")
    if not host:
        return ""
    port = environment.get("REDIS_PORT", "6379")
    if not port.isdecimal():
        raise RunnerError(f"REDIS_PORT must be a number, not {port!r}")
    password = quote(environment.get("REDIS_PASSWORD", ""), safe="")
    return f"redis://:{password}@{host}:{port}/0" if password else f"redis://{host}:{port}/0"
