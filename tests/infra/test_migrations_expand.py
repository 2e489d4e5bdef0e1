"""Each migration keeps the schema that the previous release uses: docs/how-to/release-on-aws.md."""

from collections.abc import Iterator
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
# Contracting revisions: allowed only after the last release that needs what they remove.
CONTRACTING: frozenset[str] = frozenset()
# The functions that releases call, with their parameters and answers. They are listed here because the files in
# infra/migrations/sql hold today's functions only: on a new database even the first migration creates those.
CALLED = {
    "store_facts(batch jsonb) TABLE(class_name text, revision bigint, stored text[], student_ids bigint[])",
    "store_and_read(batch jsonb) TABLE(class_name text, revision bigint, stored text, students text, cells text)",
}
COLUMNS = text(
    """
    SELECT table_name, column_name, data_type, is_nullable = 'YES' OR column_default IS NOT NULL OR is_identity = 'YES'
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
    """
)
FUNCTIONS = text(
    """
    SELECT proname || '(' || pg_get_function_arguments(oid) || ') ' || pg_get_function_result(oid)
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    """
)


class Schema(NamedTuple):
    """(table, column) -> (type, whether it may be left out); how the functions are called and answer."""

    columns: dict[tuple[str, str], tuple[str, bool]]
    functions: set[str]


def schema_of(connection: Connection) -> Schema:
    columns = {(row[0], row[1]): (row[2], row[3]) for row in connection.execute(COLUMNS)}
    found = Schema(columns, set(connection.execute(FUNCTIONS).scalars()))
    connection.rollback()
    return found


def breaks(old: Schema, new: Schema) -> Iterator[str]:
    """Yield the reasons why a release for the old schema fails on the new one."""
    tables = {table for table, _ in old.columns}
    for place, (kind, optional) in old.columns.items():
        if new.columns.get(place, ("",))[0] != kind:
            yield f"{place} is removed or changed: let a later release do that"
        elif optional and not new.columns[place][1]:
            yield f"{place} is required, and the release before may leave it out"
    for place in new.columns.keys() - old.columns.keys():
        if place[0] in tables and not new.columns[place][1]:
            yield f"{place} is required, and the release before does not fill it"
    for function in CALLED - new.functions:
        yield f"{function} is removed or changed: give the new one another name"


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    """A connection to a database with today's schema."""
    engine = make_engine(database_url, pool_size=1, statement_seconds=None)
    with engine.connect() as found:
        yield found
    engine.dispose()


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


def test_no_migration_breaks_the_previous_release(schemas: dict[str, Schema]) -> None:
    first = next(iter(schemas.values()))
    assert len({table for table, _ in first.columns}) >= 15
    assert first.functions >= CALLED
    for before, after in pairwise(schemas):
        if after not in CONTRACTING:
            assert list(breaks(schemas[before], schemas[after])) == [], after


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ("DROP TABLE attention CASCADE", "'note'"),
        ("ALTER TABLE students DROP COLUMN user_id", "'user_id'"),
        ("ALTER TABLE notebooks RENAME COLUMN path TO file", "'path'"),
        ("ALTER TABLE progress ALTER COLUMN events TYPE bigint", "'events'"),
        ("ALTER TABLE progress ALTER COLUMN team_name SET NOT NULL", "'team_name'"),
        ("ALTER TABLE classes ALTER COLUMN created_at DROP DEFAULT", "'created_at'"),
        ("ALTER TABLE classes ADD COLUMN teacher text NOT NULL", "'teacher'"),
        ("DROP FUNCTION store_and_read", "store_and_read(batch jsonb)"),
        ("ALTER FUNCTION store_facts RENAME TO store", "store_facts(batch jsonb)"),
    ],
)
def test_the_rule_detects_changes_that_break_the_previous_release(
    connection: Connection, change: str, broken: str
) -> None:
    old = schema_of(connection)
    connection.execute(text(change))
    connection.commit()
    assert any(broken in found for found in breaks(old, schema_of(connection)))


@pytest.mark.parametrize(
    ("old", "new"),
    [("(batch jsonb)", "(batch jsonb, dry boolean)"), ("student_ids bigint[])", "student_ids integer[])")],
)
def test_the_rule_detects_changed_parameters_or_answers_of_a_function(
    connection: Connection, old: str, new: str
) -> None:
    before = schema_of(connection)
    file = (MIGRATIONS / "sql" / "store_facts.sql").read_text()
    assert old in file
    # On a new database, all migrations create the function from today's file.
    connection.execute(text("DROP FUNCTION store_facts"))
    connection.exec_driver_sql(file.replace(old, new, 1))
    connection.commit()
    [found] = breaks(before, schema_of(connection))
    assert found.startswith("store_facts(batch jsonb) ")


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE badges (id integer NOT NULL)",
        "ALTER TABLE classes ADD COLUMN teacher text",
        "ALTER TABLE classes ADD COLUMN teacher text NOT NULL DEFAULT ''",
        "ALTER TABLE students ALTER COLUMN class_id DROP NOT NULL",
        "CREATE INDEX students_by_age ON students (created_at)",
    ],
)
def test_the_rule_allows_changes_that_expand_the_schema(connection: Connection, change: str) -> None:
    old = schema_of(connection)
    connection.execute(text(change))
    connection.commit()
    assert list(breaks(old, schema_of(connection))) == []
