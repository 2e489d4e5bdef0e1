"""runs: what pairs a start with its end, how a run ended, and what time brings"""

import sqlalchemy as sa
from alembic import op
from classpulse.core.sql_functions import replace_functions

revision = "0012"
down_revision = "0011"

Sorted = sa.Text(collation="C")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("facts", sa.Column("run_id", Sorted))
    op.add_column("facts", sa.Column("outcome", sa.Text))
    op.create_index(
        "runs_of_student", "facts", ["student_id", "run_id"], postgresql_where=sa.text("run_id IS NOT NULL")
    )
    for name in ("help_until", "waiting_since"):
        op.add_column("progress", sa.Column(name, Moment))
    for name in ("is_behind", "is_teacher"):
        op.add_column("progress", sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("progress", sa.Column("sessions", sa.Integer, nullable=False, server_default="1"))
    op.add_column("progress", sa.Column("clock_offset", sa.Integer))
    replace_functions("store_and_read")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
