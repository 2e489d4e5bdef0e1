"""Fixtures on real servers, and the rule that no test may be skipped in CI for a missing service."""

import asyncio
import os
from collections.abc import Generator, Iterator

import pytest
import redis

from tests.missing import summary_of
from tests.servers import Databases, LoopThread, embedded_postgres, embedded_redis, fixed_port

# The slowest files, slowest first: started last, each would delay the end of the run.
LONG = (
    *(
        "test_outages",
        "test_poison",
        "test_emulation",
        "test_commands",
        "test_runner_modes",
        "test_dashboard",
        "test_dashboard_views",
    ),
    *("test_notebook_cases",),
    *("test_openapi", "test_durability", "test_isolation", "test_operations", "test_identity", "test_dashboard_help"),
    *("test_session_page", "test_oidc", "test_package", "test_manage_page", "test_wire_contract", "test_real_servers"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the slow files, to balance the test processes; with one process only the order changes."""
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI, a test that is skipped for a missing program fails."""
    report = yield
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {call.excinfo.value if call.excinfo else 'for no reason given'}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List the skipped tests at the end, with the command that installs the missing programs."""
    skipped = terminalreporter.stats.get("skipped", [])
    for line in summary_of(str(report.longrepr[2]) for report in skipped if isinstance(report.longrepr, tuple)):
        terminalreporter.write_line(line, yellow=True)


@pytest.fixture(scope="session")
def loop_thread() -> Iterator[LoopThread]:
    with LoopThread() as thread:
        yield thread


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory, loop_thread: LoopThread) -> Iterator[Databases]:
    server = embedded_postgres(tmp_path_factory.mktemp("postgres-server"))
    loop_thread.run(server.start())
    yield Databases(server)
    loop_thread.run(server.stop())


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    name = databases.create(databases.migrated())
    yield databases.url_of(name)
    databases.drop(name)


@pytest.fixture
def empty_database_url(databases: Databases) -> Iterator[str]:
    name = databases.create()
    yield databases.url_of(name)
    databases.drop(name)


@pytest.fixture(scope="session")
def redis_server_url(tmp_path_factory: pytest.TempPathFactory, loop_thread: LoopThread) -> Iterator[str]:
    server = embedded_redis(tmp_path_factory.mktemp("redis-server"))
    loop_thread.run(server.start())
    yield server.url
    loop_thread.run(server.stop())


@pytest.fixture
def redis_url(redis_server_url: str) -> Iterator[str]:
    client = redis.Redis.from_url(redis_server_url)
    client.flushdb()
    yield redis_server_url
    client.flushdb()
    client.close()


@pytest.fixture
def unused_port() -> int:
    return fixed_port()


@pytest.fixture(scope="module")
def event_loop_of_mangum() -> Iterator[None]:
    """Close the loop that Mangum creates if there is none, and never closes."""
    with asyncio.Runner() as runner:
        asyncio.set_event_loop(runner.get_loop())
        yield
    asyncio.set_event_loop(None)
