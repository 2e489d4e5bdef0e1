"""The migrations on PostgreSQL."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from classpulse.core.migrate import upgrade
from classpulse.core.postgres import make_engine
from classpulse.core.schema import metadata
from classpulse.progress.postgres_facts import PostgresFacts
from sqlalchemy import Engine, text

from tests.builders import make_fact
from tests.threads import in_threads

pytestmark = pytest.mark.on_both_installations

SCRIPTS = Path(__file__).parents[3] / "infra" / "migrations"
# Two classes with a student each in team blue; the first class has a roster.
STORED = """
    INSERT INTO classes (name, revision) VALUES ('listed', 5), ('unlisted', 5);
    INSERT INTO students (class_id, user_id) SELECT id, 'ada' FROM classes;
    INSERT INTO facts (class_id, student_id, event_id, event_type, event_time, received_at, ordering, is_run, is_error)
    SELECT class_id, id, 'a', 'help', now(), now(), '0', false, false FROM students;
    INSERT INTO progress (student_id, class_id, revision, user_name, team_name, user_name_at, team_name_at, first_event,
        last_event, last_seen, events, runs, errors, error_streak)
    SELECT id, class_id, 5, 'Ada', 'blue', '0', '0', now(), now(), now(), 1, 0, 0, 0 FROM students;
    INSERT INTO class_policies (class_id, title, privacy, pseudonymous, redact, students_only, tokens_from)
    SELECT id, 'Python', 'full', false, true, false, 0 FROM classes;
    INSERT INTO roster (class_id, user_id, pseudonym, user_name, team_name)
    SELECT id, 'ada', 's-1', NULL, 'red' FROM classes WHERE name = 'listed';
"""
NAMES = """
    SELECT classes.name, classes.revision, progress.revision, user_name, team_name, claimed_team_name
    FROM progress JOIN classes ON classes.id = progress.class_id ORDER BY classes.name
"""


def test_the_migrations_make_the_tables_that_the_code_names(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing_and_concurrent_migrations_wait(empty_database_url: str) -> None:
    revisions: list[str] = []
    in_threads(3, lambda _index: revisions.append(upgrade(empty_database_url, SCRIPTS)))
    assert len(set(revisions)) == 1
    assert revisions[0]


def test_what_is_stored_already_gets_the_roster_s_teams_and_keeps_its_event_ids(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url, pool_size=1)
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
        connection.exec_driver_sql(STORED)
        connection.commit()
        command.upgrade(config, "head")
        assert connection.execute(text(NAMES)).all() == [
            ("listed", 6, 6, "Ada", "red", "blue"),
            ("unlisted", 5, 5, "Ada", "blue", "blue"),
        ]
    repeated, new = make_fact("listed", userId="ada", eventId="a"), make_fact("listed", userId="eve", eventId="a")
    (stored,) = PostgresFacts(engine).store([repeated, new])
    assert stored.stored == {new.identity}
    engine.dispose()
