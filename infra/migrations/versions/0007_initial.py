"""the initial schema; replaces 0001 to 0006, which were never released

Until 1.0 this migration may be rewritten. Then give it the next number: classpulse.core.migrate recognises a database
with an earlier schema by its lower number, and refuses it.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from classpulse.core.sql_functions import replace_functions
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = None

# Sorts by bytes, like Python, independently of the server's locale.
Sorted = sa.Text(collation="C")
Moment = sa.DateTime(timezone=True)
# Leaves room on each page for new row versions, so that updates do not touch an index.
ROOM_FOR_UPDATES = {"fillfactor": 70}
# In dependency order: a function follows those that it calls.
FUNCTIONS = (
    "parse_facts",
    "resolve_facts",
    "insert_facts",
    "fold_progress",
    "fold_cell_progress",
    "store_facts",
    "store_and_read",
)


def upgrade() -> None:
    _create_names()
    _create_facts()
    _create_progress()
    _create_accounts()
    _create_class_settings()
    _create_types()
    replace_functions(*FUNCTIONS)


def downgrade() -> None:
    raise NotImplementedError("there is no earlier schema: drop the database")


def _create_names() -> None:
    op.create_table(
        "classes",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("name", Sorted, nullable=False, unique=True),
        sa.Column("revision", sa.BigInteger, nullable=False, server_default="0"),
        _now("created_at"),
    )
    op.create_table(
        "students",
        _id(),
        _key("class_id", "classes.id", nullable=False),
        sa.Column("user_id", Sorted, nullable=False),
        _now("created_at"),
        sa.UniqueConstraint("class_id", "user_id"),
    )
    op.create_table(
        "notebooks",
        _id(),
        _key("class_id", "classes.id", nullable=False),
        sa.Column("path", Sorted, nullable=False),
        sa.UniqueConstraint("class_id", "path"),
    )
    op.create_table(
        "cells",
        _id(),
        _key("notebook_id", "notebooks.id", nullable=False),
        sa.Column("name", Sorted, nullable=False),
        sa.UniqueConstraint("notebook_id", "name"),
    )


def _create_facts() -> None:
    op.create_table(
        "facts",
        _id(),
        _key("class_id", "classes.id", nullable=False),
        _key("student_id", "students.id", nullable=False),
        _key("notebook_id", "notebooks.id"),
        _key("cell_id", "cells.id"),
        sa.Column("event_id", Sorted, nullable=False),
        sa.Column("event_type", sa.Text, nullable=False),
        sa.Column("event_time", Moment, nullable=False),
        sa.Column("received_at", Moment, nullable=False),
        _now("stored_at"),
        sa.Column("ordering", Sorted, nullable=False),
        sa.Column("session_id", sa.Text),
        sa.Column("cell_index", sa.Integer),
        sa.Column("cell_type", sa.Text),
        sa.Column("is_run", sa.Boolean, nullable=False),
        sa.Column("is_error", sa.Boolean, nullable=False),
        sa.Column("payload", JSONB, comment="what the event says and no other column holds"),
        sa.UniqueConstraint("class_id", "event_id"),
    )
    is_error, is_help = sa.text("is_error"), sa.text("event_type = 'help'")
    op.create_index("facts_of_class", "facts", ["class_id", "event_time"])
    op.create_index("errors_of_class", "facts", ["class_id", "event_time"], postgresql_where=is_error)
    op.create_index("facts_of_student", "facts", ["student_id", "ordering"])
    op.create_index("errors_of_student", "facts", ["student_id", "ordering"], postgresql_where=is_error)
    op.create_index("helps_of_student", "facts", ["student_id", "ordering"], postgresql_where=is_help)
    # For retention, which reads facts by age.
    op.create_index("facts_by_age", "facts", ["stored_at"], postgresql_using="brin")
    op.create_table(
        "cell_executions",
        _key("fact_id", "facts.id", ondelete="CASCADE", primary_key=True),
        sa.Column("execution_count", sa.Integer),
        sa.Column("duration_ms", sa.Double),
        sa.Column("error_name", sa.Text),
        sa.Column("error_message", sa.Text),
        sa.Column("code", sa.Text),
        sa.Column("result", sa.Text),
        sa.Column("error_summary", sa.Text),
    )
    # For retention, which clears these three columns.
    raw = sa.text("code IS NOT NULL OR result IS NOT NULL OR error_message IS NOT NULL")
    op.create_index("raw_executions", "cell_executions", ["fact_id"], postgresql_where=raw)


def _create_progress() -> None:
    op.create_table(
        "progress",
        _key("student_id", "students.id", primary_key=True),
        _key("class_id", "classes.id", nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        _now("changed_at"),
        sa.Column("user_name", sa.Text),
        sa.Column("team_name", sa.Text),
        sa.Column("first_event", Moment, nullable=False),
        sa.Column("last_event", Moment, nullable=False),
        sa.Column("last_seen", Moment, nullable=False),
        sa.Column("events", sa.Integer, nullable=False),
        sa.Column("runs", sa.Integer, nullable=False),
        sa.Column("errors", sa.Integer, nullable=False),
        sa.Column("error_streak", sa.Integer, nullable=False),
        sa.Column("last_error_name", sa.Text),
        sa.Column("help_since", Moment),
        sa.Column("running_since", Moment),
        _key("notebook_id", "notebooks.id"),
        _key("cell_id", "cells.id"),
        sa.Column("cell_index", sa.Integer),
        *_orderings("user_name", "team_name", "ok", "error", "help_stop", "turn", "notebook", "cell"),
        postgresql_with=ROOM_FOR_UPDATES,
    )
    op.create_index("progress_class_id_idx", "progress", ["class_id"])
    op.create_table(
        "cell_progress",
        _key("student_id", "students.id", primary_key=True),
        _key("cell_id", "cells.id", primary_key=True),
        sa.Column("cell_index", sa.Integer),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("errors", sa.Integer, nullable=False),
        sa.Column("last_error_name", sa.Text),
        sa.Column("last_run", Moment),
        *_orderings("cell_index", "turn", "error"),
        sa.Column("revision", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("first_ok", Moment),
        postgresql_with=ROOM_FOR_UPDATES,
    )
    op.create_index("cell_progress_cell_id_idx", "cell_progress", ["cell_id"])
    op.create_table(
        "attention",
        _key("student_id", "students.id", ondelete="CASCADE", primary_key=True),
        sa.Column("claimed_by", sa.Text),
        sa.Column("claimed_at", Moment),
        sa.Column("snoozed_until", Moment),
        sa.Column("resolved_at", Moment),
        sa.Column("resolved_errors", sa.Integer, nullable=False, server_default="0"),
        sa.Column("resolved_help", Moment),
        sa.Column("note", sa.Text),
    )


def _create_accounts() -> None:
    op.create_table(
        "accounts",
        _id(),
        sa.Column("email", Sorted, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text),
        sa.Column("oidc_issuer", sa.Text),
        sa.Column("oidc_subject", sa.Text),
        sa.Column("disabled_at", Moment),
        _now("created_at"),
        sa.UniqueConstraint("oidc_issuer", "oidc_subject"),
    )
    op.create_table(
        "memberships",
        _key("account_id", "accounts.id", ondelete="CASCADE", primary_key=True),
        _key("class_id", "classes.id", primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("team_name", sa.Text),
        _now("created_at"),
    )
    op.create_index("memberships_class_id_idx", "memberships", ["class_id"])
    op.create_table(
        "refresh_tokens",
        _id(),
        _key("account_id", "accounts.id", ondelete="CASCADE"),
        sa.Column("family", sa.Uuid, nullable=False),
        sa.Column("digest", sa.Text, nullable=False, unique=True),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("used_at", Moment),
        sa.Column("revoked_at", Moment),
        _now("created_at"),
    )
    op.create_index("refresh_tokens_account_id_idx", "refresh_tokens", ["account_id"])
    op.create_index("refresh_tokens_family_idx", "refresh_tokens", ["family"])


def _create_class_settings() -> None:
    op.create_table(
        "class_policies",
        _key("class_id", "classes.id", primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("privacy", sa.Text, nullable=False),
        sa.Column("pseudonymous", sa.Boolean, nullable=False),
        sa.Column("redact", sa.Boolean, nullable=False),
        sa.Column("students_only", sa.Boolean, nullable=False),
        sa.Column("tokens_from", sa.BigInteger, nullable=False),
        _now("created_at"),
    )
    op.create_table(
        "ingest_keys",
        _id(),
        _key("class_id", "classes.id", nullable=False),
        sa.Column("digest", sa.Text, nullable=False, unique=True),
        sa.Column("hint", sa.Text, nullable=False),
        sa.Column("expires_at", Moment),
        sa.Column("revoked_at", Moment),
        _now("created_at"),
    )
    op.create_index("ingest_keys_class_id_idx", "ingest_keys", ["class_id"])
    op.create_table(
        "roster",
        _key("class_id", "classes.id", primary_key=True),
        sa.Column("user_id", Sorted, primary_key=True),
        sa.Column("pseudonym", Sorted, nullable=False),
        sa.Column("user_name", sa.Text),
        sa.Column("team_name", sa.Text),
        sa.Column("joined_at", Moment),
        _now("created_at"),
    )
    op.create_index("roster_of_class", "roster", ["class_id", "pseudonym"])


def _create_types() -> None:
    # A new event with the keys of the rows that it references. Code, output and other long fields stay in the batch, at
    # index `number`, until they are inserted, so that statements do not copy them.
    op.execute(
        """
        CREATE TYPE new_fact AS (
            number integer, fact_id bigint, class_id integer, student_id bigint, notebook_id bigint, cell_id bigint,
            class_name text COLLATE "C", user_id text COLLATE "C", notebook_path text COLLATE "C",
            cell_name text COLLATE "C", event_id text COLLATE "C", ordering text COLLATE "C", event_type text,
            event_time timestamptz, received_at timestamptz, user_name text, team_name text, cell_index integer,
            is_start boolean, is_run boolean, is_error boolean, error_name text
        )
        """
    )
    # The other fields of an event and of a run, as the batch's JSON names them.
    op.execute("CREATE TYPE fact_rest AS (session_id text, cell_type text, payload jsonb)")
    op.execute(
        """
        CREATE TYPE execution_rest AS (
            execution_count integer, duration_ms double precision, error_summary text, error_message text, code text,
            result text
        )
        """
    )


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True)


def _key(name: str, target: str, ondelete: str | None = None, **options: bool) -> sa.Column[Any]:
    kind = sa.Integer if target == "classes.id" else sa.BigInteger
    return sa.Column(name, kind, sa.ForeignKey(target, ondelete=ondelete), autoincrement=False, **options)


def _now(name: str) -> sa.Column[Any]:
    return sa.Column(name, Moment, nullable=False, server_default=sa.func.now())


def _orderings(*fields: str) -> list[sa.Column[str]]:
    """Return a column with the order of the event behind each latest field; empty before the first event."""
    return [sa.Column(f"{field}_at", Sorted, nullable=False, server_default="") for field in fields]
