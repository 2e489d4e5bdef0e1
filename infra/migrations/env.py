"""Alembic's environment. `classpulse.core.migrate` passes the connection."""

from alembic import context
from classpulse.core.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
