"""The migrations on PostgreSQL."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from classpulse.core.migrate import upgrade
from classpulse.core.schema import metadata
from sqlalchemy import Engine

from tests.threads import in_threads

pytestmark = pytest.mark.on_both_installations


def test_the_migrations_make_the_tables_that_the_code_names(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing_and_concurrent_migrations_wait(empty_database_url: str) -> None:
    revisions: list[str] = []
    scripts = Path(__file__).parents[3] / "infra" / "migrations"
    in_threads(3, lambda _index: revisions.append(upgrade(empty_database_url, scripts)))
    assert len(set(revisions)) == 1
    assert revisions[0]
