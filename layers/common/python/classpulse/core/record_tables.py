"""The tables of accountability: who did what about whom, what retention has cleared, and what students consent to."""

from sqlalchemy import BigInteger, Column, Double, ForeignKey, Identity, Index, Table, Text, func
from sqlalchemy.dialects.postgresql import JSONB

from classpulse.core.tables import Moment, Sorted, metadata

# Append-only: the trigger audit_log_is_append_only refuses every other change.
audit_log = Table(
    "audit_log",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("at", Moment, nullable=False, server_default=func.now()),
    # "operator", "schedule", "student", or an account's name and address.
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    # Names, not keys: an entry outlives its class and its student.
    Column("class_name", Sorted),
    Column("subject", Sorted),
    Column("detail", JSONB(none_as_null=True)),
    Index("audit_of_class", "class_name", "id"),
    Index("audit_of_subject", "class_name", "subject", "at"),
    Index("audit_by_age", "at"),
)

retention_runs = Table(
    "retention_runs",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("at", Moment, nullable=False, server_default=func.now()),
    # What was cleared: raw data, notes, dead letters, audit log, …
    Column("kind", Text, nullable=False),
    # Null: the settings keep it without limit.
    Column("before", Moment),
    Column("removed", BigInteger, nullable=False),
    Column("seconds", Double, nullable=False),
    Index("retention_runs_of_kind", "kind", "at"),
)

# The level that a student has withdrawn to; events of a student without a row are kept as the class's level says.
consents = Table(
    "consents",
    metadata,
    Column("class_id", ForeignKey("classes.id"), primary_key=True, autoincrement=False),
    Column("user_id", Sorted, primary_key=True),
    Column("level", Text, nullable=False),
    Column("created_at", Moment, nullable=False, server_default=func.now()),
)
