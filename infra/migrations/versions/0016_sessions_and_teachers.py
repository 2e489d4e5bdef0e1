"""sessions, and what they say of shared ids and wrong clocks; the teachers of a class"""

import sqlalchemy as sa
from alembic import op
from classpulse.core.sql_functions import replace_functions

revision = "0016"
down_revision = "0015"

# Leaves room on each page for new row versions, so that updates do not touch an index.
ROOM_FOR_UPDATES = {"fillfactor": 70}
Sorted = sa.Text(collation="C")
Moment = sa.DateTime(timezone=True)
CLOCK_OFFSET = """CASE WHEN receipts >= 5 AND abs(
    extract(epoch FROM last_event_time - first_event_time) - extract(epoch FROM last_received_at - first_received_at)
) <= 5 + 0.1 * extract(epoch FROM last_received_at - first_received_at) THEN CASE
    WHEN min_lag > 600 AND min_lag <= 93600 THEN CAST(min_lag AS integer)
    WHEN last_lag < -300 AND last_lag >= -93600 THEN CAST(last_lag AS integer)
END END"""


def upgrade() -> None:
    _create_sessions()
    op.create_table(
        "class_teachers",
        sa.Column("class_id", sa.Integer, sa.ForeignKey("classes.id"), primary_key=True, autoincrement=False),
        sa.Column("email", Sorted, primary_key=True),
        sa.Column("pseudonym", Sorted),
    )
    op.create_index("class_teachers_by_pseudonym", "class_teachers", ["class_id", "pseudonym"])
    op.create_index("teachers_of_class", "progress", ["class_id"], postgresql_where=sa.text("is_teacher"))
    op.create_index(
        "slow_clocks_of_class", "progress", ["class_id"], postgresql_where=sa.text("clock_offset IS NOT NULL")
    )
    replace_functions("is_class_teacher", "mark_teachers", "sessions_at_once", "fold_sessions", "store_facts")
    _name_teachers()


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("student_id", sa.BigInteger, sa.ForeignKey("students.id"), primary_key=True, autoincrement=False),
        sa.Column("session_id", Sorted, primary_key=True),
        sa.Column("class_id", sa.Integer, sa.ForeignKey("classes.id"), nullable=False),
        *(sa.Column(name, Moment, nullable=False) for name in ("first_received_at", "last_received_at")),
        sa.Column("last_day", sa.Date, nullable=False),
        *(sa.Column(name, Moment, nullable=False) for name in ("first_event_time", "last_event_time")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("events", "runs", "errors", "receipts")),
        *(sa.Column(name, sa.Double, nullable=False) for name in ("min_lag", "last_lag")),
        sa.Column("clock_offset", sa.Integer, sa.Computed(CLOCK_OFFSET, persisted=True)),
        sa.Column("place", Sorted, nullable=False),
        postgresql_with=ROOM_FOR_UPDATES,
    )
    op.create_index("sessions_of_day", "sessions", ["student_id", "last_day"])
    op.create_index(
        "slow_sessions_of_class", "sessions", ["class_id"], postgresql_where=sa.text("clock_offset IS NOT NULL")
    )


def _name_teachers() -> None:
    """Mark today's members; their pseudonyms need the privacy key, and come with the next change of the members."""
    op.execute(
        "INSERT INTO class_teachers (class_id, email)"
        " SELECT memberships.class_id, accounts.email FROM memberships"
        " JOIN accounts ON accounts.id = memberships.account_id"
        " UNION SELECT invitations.class_id, invitations.email FROM invitations"
    )
    op.execute(
        "UPDATE progress SET is_teacher = true FROM students, class_teachers"
        " WHERE students.id = progress.student_id"
        " AND class_teachers.class_id = students.class_id"
        ' AND class_teachers.email = lower(students.user_id) COLLATE "C"'
    )
