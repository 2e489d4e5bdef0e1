"""Lambda: bring the database's schema up to date."""

from pathlib import Path

from classpulse.adapters.postgres.migrate import upgrade
from classpulse.config import PostgresSettings


def handler(event: dict[str, object], context: object) -> dict[str, str]:
    """Return the revision that the schema has now. Source: invoked by hand or at deployment, any event."""
    return {"revision": upgrade(PostgresSettings.read().url, Path(__file__).parent)}
