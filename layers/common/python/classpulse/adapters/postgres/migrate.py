"""Schema migrations, by Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import text

from classpulse.adapters.postgres.engine import make_engine

# Any constant: two migrations at once would wait for each other on it.
_LOCK = 7_234_001


def upgrade(database_url: str, script_location: Path) -> str:
    """Apply the migrations that are missing and return the schema's revision; one caller at a time.

    Raises sqlalchemy.exc.SQLAlchemyError; a migration that fails is rolled back.
    """
    config = Config()
    config.set_main_option("script_location", str(script_location).replace("%", "%%"))
    engine = make_engine(database_url, pool_size=1, statement_seconds=None)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        connection.commit()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        revision = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()  # ends the connection, and the lock with it
    return revision or ""
