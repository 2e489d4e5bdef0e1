"""The tables of facts and progress; schema.py collects all tables."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    func,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
    }
)

# Compared byte by byte: the same order as Python's, whatever the server's locale.
Sorted = Text(collation="C")
Moment = DateTime(timezone=True)


def _ordering(name: str) -> Column[str]:
    """Return a column for the ordering of the event that set a "latest" field; empty before the first event."""
    return Column(name, Sorted, nullable=False, server_default="")


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


classes = Table(
    "classes",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("name", Sorted, nullable=False, unique=True),
    Column("revision", BigInteger, nullable=False, server_default="0"),
    Column("created_at", Moment, nullable=False, server_default=func.now()),
)

students = Table(
    "students",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("class_id", ForeignKey("classes.id"), nullable=False),
    Column("user_id", Sorted, nullable=False),
    Column("created_at", Moment, nullable=False, server_default=func.now()),
    UniqueConstraint("class_id", "user_id"),
)

notebooks = Table(
    "notebooks",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("class_id", ForeignKey("classes.id"), nullable=False),
    Column("path", Sorted, nullable=False),
    # The median cell of the class's active students, and the newest event that it takes into account.
    Column("pace", Double),
    Column("paced_at", Moment),
    UniqueConstraint("class_id", "path"),
)

cells = Table(
    "cells",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("notebook_id", ForeignKey("notebooks.id"), nullable=False),
    Column("name", Sorted, nullable=False),
    UniqueConstraint("notebook_id", "name"),
)

# The names that only one student has for a notebook. Former: from before a rename.
notebook_names = Table(
    "notebook_names",
    metadata,
    Column("student_id", ForeignKey("students.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("path", Sorted, primary_key=True),
    Column("notebook_id", ForeignKey("notebooks.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("is_former", Boolean, nullable=False),
    # Of the rename.
    Column("ordering", Sorted, nullable=False),
)

facts = Table(
    "facts",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("class_id", ForeignKey("classes.id"), nullable=False),
    Column("student_id", ForeignKey("students.id"), nullable=False),
    Column("notebook_id", ForeignKey("notebooks.id")),
    Column("cell_id", ForeignKey("cells.id")),
    Column("event_id", Sorted, nullable=False),
    Column("event_type", Text, nullable=False),
    Column("event_time", Moment, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("stored_at", Moment, nullable=False, server_default=func.now()),
    Column("ordering", Sorted, nullable=False),
    Column("session_id", Text),
    Column("run_id", Sorted),
    Column("cell_index", Integer),
    Column("cell_type", Text),
    # Of the end of a run: ok, error, expected, interrupted or aborted.
    Column("outcome", Text),
    Column("is_run", Boolean, nullable=False),
    Column("is_error", Boolean, nullable=False),
    Column("payload", JSONB(none_as_null=True), comment="what the event says and no other column holds"),
    # Until retention has cleared what the student and the client wrote.
    Column("raw", Boolean, nullable=False, server_default=true()),
    # The student comes first: new entries of random ids then go to a few pages of the index.
    UniqueConstraint("student_id", "event_id"),
    Index("facts_of_class", "class_id", "event_time"),
    Index("errors_of_class", "class_id", "event_time", postgresql_where=text("is_error")),
    Index("raw_facts", "stored_at", postgresql_where=text("raw")),
    Index("facts_of_student", "student_id", "ordering"),
    Index("errors_of_student", "student_id", "ordering", postgresql_where=text("is_error")),
    Index("runs_of_student", "student_id", "run_id", postgresql_where=text("run_id IS NOT NULL")),
    Index("hands_of_student", "student_id", "ordering", postgresql_where=text("event_type IN ('help', 'help_stop')")),
)

cell_executions = Table(
    "cell_executions",
    metadata,
    Column("fact_id", ForeignKey("facts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("execution_count", Integer),
    Column("duration_ms", Double),
    Column("error_name", Text),
    Column("error_summary", Text),
    Column("error_message", Text),
    Column("code", Text),
    Column("result", Text),
)

progress = Table(
    "progress",
    metadata,
    Column("student_id", ForeignKey("students.id"), primary_key=True, autoincrement=False),
    Column("class_id", ForeignKey("classes.id"), nullable=False, index=True),
    Column("revision", BigInteger, nullable=False),
    Column("changed_at", Moment, nullable=False, server_default=func.now()),
    # As dashboards show them: the roster's names where the class has one, else those that events claim.
    Column("user_name", Text),
    Column("team_name", Text),
    Column("claimed_user_name", Text),
    Column("claimed_team_name", Text),
    # The team that the student left by the last change.
    Column("left_team", Text),
    Column("first_event", Moment, nullable=False),
    Column("last_event", Moment, nullable=False),
    Column("last_seen", Moment, nullable=False),
    _count("events"),
    _count("runs"),
    _count("errors"),
    _count("error_streak"),
    Column("last_error_name", Text),
    Column("help_since", Moment),
    Column("help_until", Moment),
    Column("running_since", Moment),
    Column("waiting_since", Moment),
    Column("is_behind", Boolean, nullable=False, server_default=false()),
    Column("behind_until", Moment),
    Column("is_teacher", Boolean, nullable=False, server_default=false()),
    Column("sessions", Integer, nullable=False, server_default="1"),
    Column("clock_offset", Integer),
    Column("notebook_id", ForeignKey("notebooks.id"), index=True),
    Column("cell_id", ForeignKey("cells.id")),
    Column("cell_index", Integer),
    _ordering("user_name_at"),
    _ordering("team_name_at"),
    _ordering("ok_at"),
    _ordering("error_at"),
    _ordering("help_stop_at"),
    _ordering("turn_at"),
    _ordering("notebook_at"),
    _ordering("cell_at"),
    Index("teachers_of_class", "class_id", postgresql_where=text("is_teacher")),
    Index("slow_clocks_of_class", "class_id", postgresql_where=text("clock_offset IS NOT NULL")),
)

cell_progress = Table(
    "cell_progress",
    metadata,
    Column("student_id", ForeignKey("students.id"), primary_key=True, autoincrement=False),
    Column("cell_id", ForeignKey("cells.id"), primary_key=True, autoincrement=False, index=True),
    Column("revision", BigInteger, nullable=False, server_default="0"),
    Column("cell_index", Integer),
    Column("status", Text, nullable=False),
    # Of the newest run: ok, error or interrupted.
    Column("outcome", Text),
    # The first begin, the newest end, and the newest end without a run id.
    Column("begun_at", Moment),
    Column("ended_at", Moment),
    Column("unnamed_end_at", Moment),
    _count("attempts"),
    _count("errors"),
    Column("last_error_name", Text),
    Column("last_run", Moment),
    Column("first_ok", Moment),
    _ordering("cell_index_at"),
    _ordering("turn_at"),
    _ordering("run_at"),
    _ordering("error_at"),
)

# For each student and notebook (0: none), the newest instants that fold_runs() needs.
kernels = Table(
    "kernels",
    metadata,
    Column("student_id", ForeignKey("students.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("notebook_id", BigInteger, primary_key=True, autoincrement=False, server_default="0"),
    Column("cleared_at", Moment),
    Column("freed_at", Moment),
    Column("queued_mark", Moment),
    Column("started_mark", Moment),
    Column("loose_run_at", Moment),
    Column("loose_end_at", Moment),
    Column("unnamed_loose_end_at", Moment),
    _ordering("turn_at"),
)

# The begins of runs that have not ended.
open_turns = Table(
    "open_turns",
    metadata,
    Column("student_id", ForeignKey("students.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("notebook_id", BigInteger, primary_key=True, autoincrement=False, server_default="0"),
    Column("cell_id", BigInteger, primary_key=True, autoincrement=False, server_default="0"),
    Column("run_id", Sorted, primary_key=True, server_default=""),
    Column("turn", Text, primary_key=True),
    Column("at", Moment, primary_key=True),
    Column("cell_index", Integer),
)

attention = Table(
    "attention",
    metadata,
    Column("student_id", ForeignKey("students.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("claimed_by", Text),
    Column("claimed_at", Moment),
    Column("snoozed_until", Moment),
    Column("resolved_at", Moment),
    Column("resolved_errors", Integer, nullable=False, server_default="0"),
    Column("resolved_help", Moment),
    Column("note", Text),
)

# By how many seconds the clock of a session is slow (positive) or fast; null: it is right, or nothing can be said. Of a
# clock that is off the lag is constant, so events take as long to arrive as to happen. A backlog arrives faster, and
# what is older than 26 hours is an import. progress/sessions.py has the same rule.
CLOCK_OFFSET = """CASE WHEN receipts >= 5 AND abs(
    extract(epoch FROM last_event_time - first_event_time) - extract(epoch FROM last_received_at - first_received_at)
) <= 5 + 0.1 * extract(epoch FROM last_received_at - first_received_at) THEN CASE
    WHEN min_lag > 600 AND min_lag <= 93600 THEN CAST(min_lag AS integer)
    WHEN last_lag < -300 AND last_lag >= -93600 THEN CAST(last_lag AS integer)
END END"""

# The sessions of a student: '' holds the events without a session id.
sessions = Table(
    "sessions",
    metadata,
    Column("student_id", ForeignKey("students.id"), primary_key=True, autoincrement=False),
    Column("session_id", Sorted, primary_key=True),
    Column("class_id", ForeignKey("classes.id"), nullable=False),
    Column("first_received_at", Moment, nullable=False),
    Column("last_received_at", Moment, nullable=False),
    # Of last_received_at, in UTC. The index has the day: with the instant, each update would have to change it.
    Column("last_day", Date, nullable=False),
    Column("first_event_time", Moment, nullable=False),
    Column("last_event_time", Moment, nullable=False),
    _count("events"),
    _count("runs"),
    _count("errors"),
    _count("receipts"),
    Column("min_lag", Double, nullable=False),
    Column("last_lag", Double, nullable=False),
    Column("clock_offset", Integer, Computed(CLOCK_OFFSET, persisted=True)),
    # The latest notebook: its time, as the 16 digits of an ordering, then its path; empty if there is none.
    Column("place", Sorted, nullable=False),
    Index("sessions_of_day", "student_id", "last_day"),
    Index("slow_sessions_of_class", "class_id", postgresql_where=text("clock_offset IS NOT NULL")),
)
