"""storing tells in one call what it has changed, and looks known events up by their ids however it began"""

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"

FUNCTION = Path(__file__).parents[1] / "sql" / "0006_store_and_read.sql"


def upgrade() -> None:
    op.get_bind().exec_driver_sql(FUNCTION.read_text())


def downgrade() -> None:
    op.execute("DROP FUNCTION store_and_read")
    op.execute("ALTER FUNCTION parse_facts RESET plan_cache_mode")
