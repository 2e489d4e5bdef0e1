"""One system for all tests that leave it intact; each uses a separate class."""

import uuid
from collections.abc import Iterator

import pytest
from classpulse.core.postgres import make_engine
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from scripts.browser import chromium, chromium_path
from tests.e2e.browsing import opened
from tests.e2e.stack import PATIENCE_SECONDS, Stack, running
from tests.missing import skip_without

# Playwright's default of five seconds would depend on the machine's speed.
expect.set_options(timeout=PATIENCE_SECONDS * 1000)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("stack") / "data") as found:
        yield found


@pytest.fixture
def old_database_url(database_url: str) -> str:
    """A database with a schema from before the first release."""
    engine = make_engine(database_url, pool_size=1)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0006'"))
    engine.dispose()
    return database_url


@pytest.fixture
def class_id() -> str:
    return f"class-{uuid.uuid4().hex[:12]}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if chromium_path() is None:
        skip_without("Chromium")
    with chromium() as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with opened(browser) as found:
        yield found
