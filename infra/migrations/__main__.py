"""`make migrate`: migrate the database at DATABASE_URL without starting the servers."""

import sys
from pathlib import Path

from classpulse.core.config import PostgresSettings
from classpulse.core.errors import ConfigError, IncompatibleSchema
from classpulse.core.migrate import upgrade

try:
    print(f"the schema is at revision {upgrade(PostgresSettings.read().url, Path(__file__).parent)}")
except ConfigError as error:
    sys.exit(f"make migrate: {error}; the embedded database is migrated by `make run`")
except IncompatibleSchema as error:
    sys.exit(f"make migrate: {error}")
