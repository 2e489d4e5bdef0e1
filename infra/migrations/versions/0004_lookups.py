"""storing looks each key up in its index, and carries no long text from statement to statement"""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"

FUNCTIONS = Path(__file__).parents[1] / "sql" / "0004_store_facts.sql"


def upgrade() -> None:
    for function in ("resolve_facts", "insert_facts", "fold_progress", "fold_cell_progress"):
        op.execute(f"DROP FUNCTION {function}")
    for kind in ("resolved_fact", "incoming_fact"):
        op.execute(f"DROP TYPE {kind}")
    op.get_bind().exec_driver_sql(FUNCTIONS.read_text())


def downgrade() -> None:
    # The functions that were here before write to fewer columns.
    raise NotImplementedError("there is no way back from here: restore a backup")
