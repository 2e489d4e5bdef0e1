"""runs: what pairs a start with its end, how a run ended, and what time brings"""

import sqlalchemy as sa
from alembic import op
from classpulse.core.sql_functions import replace_functions

revision = "0012"
down_revision = "0011"

Sorted = sa.Text(collation="C")
Moment = sa.DateTime(timezone=True)
HANDS = "event_type IN ('help', 'help_stop')"
# Leaves room on each page for new row versions, so that updates do not touch an index.
ROOM_FOR_UPDATES = {"fillfactor": 70}


def upgrade() -> None:
    # First, as storing does: a batch that holds its class and waits for another table would make a deadlock.
    op.execute("LOCK TABLE classes IN EXCLUSIVE MODE")
    op.add_column("facts", sa.Column("run_id", Sorted))
    op.add_column("facts", sa.Column("outcome", sa.Text))
    op.create_index(
        "runs_of_student", "facts", ["student_id", "run_id"], postgresql_where=sa.text("run_id IS NOT NULL")
    )
    op.create_index("hands_of_student", "facts", ["student_id", "ordering"], postgresql_where=sa.text(HANDS))
    op.drop_index("helps_of_student", "facts")
    for name in ("help_until", "waiting_since"):
        op.add_column("progress", sa.Column(name, Moment))
    for name in ("is_behind", "is_teacher"):
        op.add_column("progress", sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("progress", sa.Column("sessions", sa.Integer, nullable=False, server_default="1"))
    op.add_column("progress", sa.Column("clock_offset", sa.Integer))
    _create_runs()
    _change_types()
    _fill()
    replace_functions(
        "parse_facts",
        "resolve_facts",
        "insert_facts",
        "hand_of",
        "place_of",
        "place_ends",
        "place_again",
        "fold_progress",
        "fold_cell_progress",
        "rank_runs",
        "open_runs_between",
        "show_runs",
        "fold_runs",
        "store_facts",
        "store_and_read",
    )


def _create_runs() -> None:
    op.create_table(
        "kernels",
        sa.Column("student_id", sa.BigInteger, sa.ForeignKey("students.id", ondelete="CASCADE"), nullable=False),
        sa.Column("notebook_id", sa.BigInteger, nullable=False, server_default="0"),
        *(
            sa.Column(name, Moment)
            for name in ("cleared_at", "freed_at", "queued_mark", "started_mark", "loose_run_at")
        ),
        *(sa.Column(name, Moment) for name in ("loose_end_at", "unnamed_loose_end_at")),
        sa.Column("turn_at", Sorted, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("student_id", "notebook_id"),
        postgresql_with=ROOM_FOR_UPDATES,
    )
    op.create_table(
        "open_turns",
        sa.Column("student_id", sa.BigInteger, sa.ForeignKey("students.id", ondelete="CASCADE"), nullable=False),
        sa.Column("notebook_id", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("cell_id", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("run_id", Sorted, nullable=False, server_default=""),
        sa.Column("turn", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("cell_index", sa.Integer),
        sa.PrimaryKeyConstraint("student_id", "notebook_id", "cell_id", "run_id", "turn", "at"),
    )
    for name in ("begun_at", "ended_at", "unnamed_end_at"):
        op.add_column("cell_progress", sa.Column(name, Moment))
    op.add_column("cell_progress", sa.Column("outcome", sa.Text))
    op.add_column("cell_progress", sa.Column("run_at", Sorted, nullable=False, server_default=""))


def _change_types() -> None:
    op.execute("ALTER TYPE new_fact DROP ATTRIBUTE is_start")
    for name in ("run_id", "outcome", "turn", "placed_at"):
        op.execute(f'ALTER TYPE new_fact ADD ATTRIBUTE {name} text COLLATE "C"')


def _fill() -> None:
    """Give stored runs their outcome; a cell that was running counts by its newest run."""
    op.execute("UPDATE facts SET outcome = CASE WHEN is_error THEN 'error' ELSE 'ok' END WHERE is_run")
    op.execute(
        """
        UPDATE cell_progress SET outcome = run.outcome, run_at = run.ordering, ended_at = run.event_time,
            unnamed_end_at = run.event_time, status = coalesce(run.outcome, 'aborted')
        FROM (
            SELECT DISTINCT ON (student_id, cell_id) student_id, cell_id, outcome, ordering, event_time
            FROM facts WHERE is_run AND cell_id IS NOT NULL ORDER BY student_id, cell_id, ordering DESC
        ) AS run
        WHERE run.student_id = cell_progress.student_id AND run.cell_id = cell_progress.cell_id
        """
    )
    op.execute("UPDATE cell_progress SET status = 'aborted' WHERE outcome IS NULL")
    op.execute("UPDATE progress SET running_since = NULL WHERE running_since IS NOT NULL")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
