"""`make migrate`: migrate the database at DATABASE_URL without starting the servers."""

import sys
from pathlib import Path

from classpulse.core.config import PostgresSettings
from classpulse.core.errors import ConfigError, IncompatibleSchema
from classpulse.core.migrate import upgrade

try:
    settings = PostgresSettings.read()
    print(f"the schema is at revision {upgrade(settings.url, Path(__file__).parent, ca=settings.ca)}")
except ConfigError as error:
    sys.exit(f"make migrate: {error}; the embedded database is migrated by `make run`")
except IncompatibleSchema as error:
    sys.exit(f"make migrate: {error}")
