"""The contract suites run on the embedded servers and on the distribution's."""

from collections.abc import Iterator

import pytest
from classpulse.core.postgres import make_engine
from sqlalchemy import Engine

from tests.servers import (
    Authority,
    Databases,
    DebianPostgres,
    DebianRedis,
    LoopThread,
    embedded_postgres,
    embedded_redis,
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A module runs on both installations if it says `pytestmark = pytest.mark.on_both_installations`."""
    if metafunc.definition.get_closest_marker("on_both_installations"):
        metafunc.fixturenames.append("installation")
        metafunc.parametrize("installation", ["embedded", "debian"], indirect=True, scope="session")


@pytest.fixture(scope="session")
def installation(request: pytest.FixtureRequest) -> str:
    """The installation of the servers: embedded or the distribution's."""
    return str(getattr(request, "param", "embedded"))


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def debian_postgres(
    tmp_path_factory: pytest.TempPathFactory, loop_thread: LoopThread, authority: Authority
) -> Iterator[DebianPostgres]:
    server = DebianPostgres(tmp_path_factory.mktemp("debian-postgres"), authority)
    loop_thread.run(server.start())
    yield server
    loop_thread.run(server.stop())


@pytest.fixture(scope="session")
def debian_redis(
    tmp_path_factory: pytest.TempPathFactory, loop_thread: LoopThread, authority: Authority
) -> Iterator[DebianRedis]:
    server = DebianRedis(tmp_path_factory.mktemp("debian-redis"), authority)
    loop_thread.run(server.start())
    yield server
    loop_thread.run(server.stop())


@pytest.fixture(scope="session")
def databases(
    installation: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, loop_thread: LoopThread
) -> Iterator[Databases]:
    if installation == "debian":
        yield Databases(request.getfixturevalue("debian_postgres"))
        return
    server = embedded_postgres(tmp_path_factory.mktemp("postgres-server"))
    loop_thread.run(server.start())
    yield Databases(server)
    loop_thread.run(server.stop())


@pytest.fixture(scope="session")
def redis_server_url(
    installation: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, loop_thread: LoopThread
) -> Iterator[str]:
    if installation == "debian":
        yield request.getfixturevalue("debian_redis").url
        return
    server = embedded_redis(tmp_path_factory.mktemp("redis-server"))
    loop_thread.run(server.start())
    yield server.url
    loop_thread.run(server.stop())


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    found = make_engine(database_url, pool_size=2)
    yield found
    found.dispose()
