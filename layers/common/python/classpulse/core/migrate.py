"""Schema migrations with Alembic."""

import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from classpulse.core.errors import IncompatibleSchema
from classpulse.core.postgres import make_engine

# The key of an advisory lock, arbitrary but constant: concurrent migrations wait for each other on it.
_LOCK = 7_234_001
# A migration that cannot lock a table in time fails, so that statements of a running class do not queue behind it.
_LOCK_TIMEOUT = "SET lock_timeout = '5s'"
_PAUSE = 2.0
_REMEDY = "start with a new data directory (--data-dir), or drop the database and create it again"


def upgrade(
    database_url: str, script_location: Path, *, ca: str = "", leave_newer: bool = False, patience: float = 0
) -> str:
    """Apply the missing migrations and return the schema's revision; one caller at a time.

    With `leave_newer`, a schema that a newer release has migrated is left unchanged. Connecting is retried for
    `patience` seconds. Raises IncompatibleSchema, and sqlalchemy.exc.SQLAlchemyError; a migration that fails is rolled
    back.
    """
    config = Config()
    config.set_main_option("script_location", str(script_location).replace("%", "%%"))
    engine = make_engine(database_url, pool_size=1, statement_seconds=None, ca=ca)
    try:
        with _connect(engine, patience) as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
            connection.execute(text(_LOCK_TIMEOUT))
            connection.commit()
            config.attributes["connection"] = connection
            if _can_upgrade(connection, config, leave_newer):
                command.upgrade(config, "head")
            revision = MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()  # closes the connection, which releases the lock
    return revision or ""


def _connect(engine: Engine, patience: float) -> Connection:
    deadline = time.monotonic() + patience
    while True:
        try:
            return engine.connect()
        except DBAPIError:
            if time.monotonic() + _PAUSE > deadline:
                raise
            time.sleep(_PAUSE)


def _can_upgrade(connection: Connection, config: Config, leave_newer: bool) -> bool:
    """Return whether to run the migrations: False for a newer schema that stays as it is. Raises IncompatibleSchema."""
    current = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    scripts = ScriptDirectory.from_config(config)
    if current is None or current in {script.revision for script in scripts.walk_revisions()}:
        return True
    # Numbers of four digits. Those below the first migration's belonged to schemas that were never released.
    if current < (scripts.get_base() or ""):
        raise IncompatibleSchema(
            f"the database holds the schema {current} of an older, unreleased ClassPulse: {_REMEDY}"
        )
    if not leave_newer:
        raise IncompatibleSchema(
            f"the database holds the schema {current} of a newer ClassPulse: run that one again, or {_REMEDY}"
        )
    return False
