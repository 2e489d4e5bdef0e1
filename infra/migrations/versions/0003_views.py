"""what the pages of the dashboard read, and what teachers do about a student"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

Moment = sa.DateTime(timezone=True)
FIRST_OK = """
    UPDATE cell_progress SET first_ok = found.event_time
    FROM (
        SELECT student_id, cell_id, min(event_time) AS event_time
        FROM facts WHERE is_run AND NOT is_error GROUP BY student_id, cell_id
    ) AS found
    WHERE found.student_id = cell_progress.student_id AND found.cell_id = cell_progress.cell_id
"""
FUNCTIONS = Path(__file__).parents[1] / "sql" / "0003_store_facts.sql"


def upgrade() -> None:
    op.create_table(
        "attention",
        sa.Column(
            "student_id",
            sa.BigInteger,
            sa.ForeignKey("students.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("claimed_by", sa.Text),
        sa.Column("claimed_at", Moment),
        sa.Column("snoozed_until", Moment),
        sa.Column("resolved_at", Moment),
        sa.Column("resolved_errors", sa.Integer, nullable=False, server_default="0"),
        sa.Column("resolved_help", Moment),
        sa.Column("note", sa.Text),
    )
    op.add_column("cell_progress", sa.Column("revision", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("cell_progress", sa.Column("first_ok", Moment))
    op.execute(FIRST_OK)
    op.create_index("cell_progress_cell_id_idx", "cell_progress", ["cell_id"])
    op.add_column("cell_executions", sa.Column("error_summary", sa.Text))
    op.create_index("errors_of_class", "facts", ["class_id", "event_time"], postgresql_where=sa.text("is_error"))
    op.execute("ALTER TYPE incoming_fact ADD ATTRIBUTE error_summary text")
    op.get_bind().exec_driver_sql(FUNCTIONS.read_text())


def downgrade() -> None:
    # The functions that 0001 has made write to none of these.
    raise NotImplementedError("there is no way back from here: restore a backup")
