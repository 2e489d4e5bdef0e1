"""The servers behind the functions: embedded ones, or real ones that the environment names."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from runner.embedded.data_dir import DataDir
from runner.embedded.server import EmbeddedServer
from runner.errors import RunnerError
from runner.tasks import together

if TYPE_CHECKING:
    from runner.embedded.postgres import EmbeddedPostgres
    from runner.embedded.redis import EmbeddedRedis

POSTGRES = "postgres"
REDIS = "redis"
SERVERS = (POSTGRES, REDIS)


class Stores:
    """The servers that a launch asks for: embedded, unless the environment names real ones.

    Those are DATABASE_URL, and REDIS_URL or REDIS_HOST with REDIS_PORT and REDIS_PASSWORD.
    """

    def __init__(
        self, data_dir: DataDir, database: str, environment: Mapping[str, str], servers: Collection[str]
    ) -> None:
        """Raises RunnerError."""
        self._data_dir = data_dir
        self._database = database
        self._environment = environment
        self._real: dict[str, str] = {}
        self.postgres: EmbeddedPostgres | None = None
        self.redis: EmbeddedRedis | None = None
        for server in servers:
            self.use(server)

    def use(self, server: str) -> None:
        """Add one of SERVERS, unless it was added before; call this before start(). Raises RunnerError."""
        if server == POSTGRES and not self._has(POSTGRES):
            self._use_postgres()
        elif server == REDIS and not self._has(REDIS):
            self._use_redis()

    def _use_postgres(self) -> None:
        url = _url(self._environment, "DATABASE_URL", "postgresql", "postgres", "postgresql+pg8000")
        if url:
            self._real[POSTGRES] = url
            return
        # Imported here, so that a launch without PostgreSQL needs no pg8000.
        from runner.embedded.postgres import EmbeddedPostgres

        self.postgres = EmbeddedPostgres(self._data_dir.path, self._data_dir.key(POSTGRES), self._database)

    def _use_redis(self) -> None:
        url = _url(self._environment, "REDIS_URL", "redis", "rediss") or _redis_by_host(self._environment)
        if url:
            self._real[REDIS] = url
            return
        from runner.embedded.redis import EmbeddedRedis

        self.redis = EmbeddedRedis(self._data_dir.path, self._data_dir.key(REDIS))

    def _has(self, server: str) -> bool:
        return server in self._real or self._embedded(server) is not None

    def _embedded(self, server: str) -> EmbeddedServer | None:
        return self.postgres if server == POSTGRES else self.redis

    def url_of(self, server: str) -> str:
        """Return the URL of a server, once started; "" for one that is not used."""
        embedded = self._embedded(server)
        return embedded.url if embedded else self._real.get(server, "")

    @property
    def database_url(self) -> str:
        """The URL of PostgreSQL, once started."""
        return self.url_of(POSTGRES)

    @property
    def redis_url(self) -> str:
        """The URL of Redis, once started."""
        return self.url_of(REDIS)

    @property
    def described(self) -> str:
        """The names of the servers, for the terminal; "" when there are none."""
        names = ((POSTGRES, "PostgreSQL", "DATABASE_URL"), (REDIS, "Redis", "REDIS_URL"))
        return ", ".join(
            f"{name} (embedded)" if self._embedded(server) else f"{name} at {variable}"
            for server, name, variable in names
            if self._has(server)
        )

    @property
    def _servers(self) -> list[EmbeddedServer]:
        return [server for server in (self.postgres, self.redis) if server is not None]

    async def start(self) -> None:
        """Start the embedded servers. Raises ServerFailed."""
        async with together() as group:
            for server in self._servers:
                group.create_task(server.start())

    async def stop(self) -> None:
        """Stop the embedded servers."""
        async with together() as group:
            for server in self._servers:
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
