"""facts and progress"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None

Sorted = sa.Text(collation="C")
Moment = sa.DateTime(timezone=True)
FUNCTIONS = Path(__file__).parents[1] / "sql" / "0001_store_facts.sql"


def _ordering(name: str) -> sa.Column[str]:
    return sa.Column(name, Sorted, nullable=False, server_default="")


def _moment_of_row(name: str) -> sa.Column[object]:
    return sa.Column(name, Moment, nullable=False, server_default=sa.func.now())


def upgrade() -> None:
    _create_names()
    _create_facts()
    _create_progress()
    op.get_bind().exec_driver_sql(FUNCTIONS.read_text())


def downgrade() -> None:
    for function in ("store_facts", "resolve_facts", "insert_facts", "fold_progress", "fold_cell_progress"):
        op.execute(f"DROP FUNCTION {function}")
    for kind in ("resolved_fact", "incoming_fact"):
        op.execute(f"DROP TYPE {kind}")
    for table in (
        "cell_progress", "progress", "cell_executions", "facts", "cells", "notebooks", "students", "classes"
    ):  # fmt: skip
        op.drop_table(table)


def _create_names() -> None:
    op.create_table(
        "classes",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("name", Sorted, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False, server_default="0"),
        _moment_of_row("created_at"),
        sa.UniqueConstraint("name", name="classes_name_key"),
    )
    op.create_table(
        "students",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("class_id", sa.Integer, sa.ForeignKey("classes.id"), nullable=False),
        sa.Column("user_id", Sorted, nullable=False),
        _moment_of_row("created_at"),
        sa.UniqueConstraint("class_id", "user_id", name="students_class_id_user_id_key"),
    )
    op.create_table(
        "notebooks",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("class_id", sa.Integer, sa.ForeignKey("classes.id"), nullable=False),
        sa.Column("path", Sorted, nullable=False),
        sa.UniqueConstraint("class_id", "path", name="notebooks_class_id_path_key"),
    )
    op.create_table(
        "cells",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("notebook_id", sa.BigInteger, sa.ForeignKey("notebooks.id"), nullable=False),
        sa.Column("name", Sorted, nullable=False),
        sa.UniqueConstraint("notebook_id", "name", name="cells_notebook_id_name_key"),
    )


def _create_facts() -> None:
    op.create_table(
        "facts",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("class_id", sa.Integer, sa.ForeignKey("classes.id"), nullable=False),
        sa.Column("student_id", sa.BigInteger, sa.ForeignKey("students.id"), nullable=False),
        sa.Column("notebook_id", sa.BigInteger, sa.ForeignKey("notebooks.id")),
        sa.Column("cell_id", sa.BigInteger, sa.ForeignKey("cells.id")),
        sa.Column("event_id", Sorted, nullable=False),
        sa.Column("event_type", sa.Text, nullable=False),
        sa.Column("event_time", Moment, nullable=False),
        sa.Column("received_at", Moment, nullable=False),
        _moment_of_row("stored_at"),
        sa.Column("ordering", Sorted, nullable=False),
        sa.Column("session_id", sa.Text),
        sa.Column("cell_index", sa.Integer),
        sa.Column("cell_type", sa.Text),
        sa.Column("is_run", sa.Boolean, nullable=False),
        sa.Column("is_error", sa.Boolean, nullable=False),
        sa.Column("payload", JSONB, comment="what the event says and no other column holds"),
        sa.UniqueConstraint("class_id", "event_id", name="facts_class_id_event_id_key"),
    )
    op.create_index("facts_of_class", "facts", ["class_id", "event_time"])
    op.create_index("facts_of_student", "facts", ["student_id", "ordering"])
    op.create_index("errors_of_student", "facts", ["student_id", "ordering"], postgresql_where=sa.text("is_error"))
    op.create_index(
        "helps_of_student",
        "facts",
        ["student_id", "ordering"],
        postgresql_where=sa.text("event_type = 'help'"),
    )
    op.create_table(
        "cell_executions",
        sa.Column(
            "fact_id",
            sa.BigInteger,
            sa.ForeignKey("facts.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("execution_count", sa.Integer),
        sa.Column("duration_ms", sa.Double),
        sa.Column("error_name", sa.Text),
        sa.Column("error_message", sa.Text),
        sa.Column("code", sa.Text),
        sa.Column("result", sa.Text),
    )


def _create_progress() -> None:
    op.create_table(
        "progress",
        sa.Column(
            "student_id", sa.BigInteger, sa.ForeignKey("students.id"), primary_key=True, autoincrement=False
        ),
        sa.Column("class_id", sa.Integer, sa.ForeignKey("classes.id"), nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        _moment_of_row("changed_at"),
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
        sa.Column("notebook_id", sa.BigInteger, sa.ForeignKey("notebooks.id")),
        sa.Column("cell_id", sa.BigInteger, sa.ForeignKey("cells.id")),
        sa.Column("cell_index", sa.Integer),
        *(_ordering(f"{latest}_at") for latest in (
            "user_name", "team_name", "ok", "error", "help_stop", "turn", "notebook", "cell"
        )),
        # Room on each page for the next version of a row, so that an update touches no index.
        postgresql_with={"fillfactor": 70},
    )  # fmt: skip
    op.create_index("progress_class_id_idx", "progress", ["class_id"])
    op.create_table(
        "cell_progress",
        sa.Column("student_id", sa.BigInteger, sa.ForeignKey("students.id"), primary_key=True, autoincrement=False),
        sa.Column("cell_id", sa.BigInteger, sa.ForeignKey("cells.id"), primary_key=True, autoincrement=False),
        sa.Column("cell_index", sa.Integer),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("errors", sa.Integer, nullable=False),
        sa.Column("last_error_name", sa.Text),
        sa.Column("last_run", Moment),
        *(_ordering(f"{latest}_at") for latest in ("cell_index", "turn", "error")),
        postgresql_with={"fillfactor": 70},
    )
