"""Each migration leaves what the release before it reads and writes: docs/operations.md, Releases on AWS."""

from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from classpulse.core.postgres import make_engine
from sqlalchemy import Connection, text

MIGRATIONS = Path(__file__).parents[2] / "infra" / "migrations"
# Revisions that contract: they may follow only when no release that needs what they remove is left.
CONTRACTING: frozenset[str] = frozenset()
COLUMNS = text(
    """
    SELECT table_name, column_name, data_type, is_nullable = 'YES' OR column_default IS NOT NULL OR is_identity = 'YES'
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
    """
)
STORING = text(
    """
    SELECT proname || '(' || pg_get_function_arguments(oid) || ') ' || pg_get_function_result(oid)
    FROM pg_proc WHERE proname IN ('store_facts', 'store_and_read')
    """
)


class Schema(NamedTuple):
    """(table, column) -> (type, whether it may be left out); how the functions that store are called and answer."""

    columns: dict[tuple[str, str], tuple[str, bool]]
    storing: list[str]


def schema_of(connection: Connection) -> Schema:
    columns = {(row[0], row[1]): (row[2], row[3]) for row in connection.execute(COLUMNS)}
    found = Schema(columns, sorted(connection.execute(STORING).scalars()))
    connection.rollback()
    return found


@pytest.fixture
def schemas(empty_database_url: str) -> dict[str, Schema]:
    """The schema after each revision, the oldest first."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]
    engine = make_engine(empty_database_url, pool_size=1, statement_seconds=None)
    found = {}
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        for revision in revisions:
            command.upgrade(config, revision)
            found[revision] = schema_of(connection)
    engine.dispose()
    return found


def test_what_the_release_before_reads_and_writes_is_still_there(schemas: dict[str, Schema]) -> None:
    assert len(schemas) >= 4
    revisions = list(schemas)
    for before, after in pairwise(revisions):
        if after in CONTRACTING:
            continue
        old, new = schemas[before], schemas[after]
        gone = {place: kind[0] for place, kind in old.columns.items() if new.columns.get(place, ("",))[0] != kind[0]}
        assert not gone, f"{after} removes or changes what {before} knows: let a later release do that"
        tables = {table for table, _ in old.columns}
        needed = [place for place, (_, optional) in new.columns.items() if place not in old.columns and not optional]
        assert not [place for place in needed if place[0] in tables], (
            f"{after} adds columns that {before} does not fill"
        )
        stricter = [place for place, (_, optional) in old.columns.items() if optional and not new.columns[place][1]]
        assert not stricter, f"{after} asks for what {before} may leave out"
        assert set(old.storing) <= set(new.storing), f"{after} changes how events are stored"
    assert len(schemas[revisions[-1]].storing) == 2
