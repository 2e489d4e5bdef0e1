"""retention by the time of storing; audit log, proof of retention, consents, and the end of a class"""

import sqlalchemy as sa
from alembic import op
from classpulse.core.sql_functions import replace_functions
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"

Sorted = sa.Text(collation="C")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    # Retention reads the oldest facts that it has not cleared yet, whatever their type; two indexes are replaced.
    op.add_column("facts", sa.Column("raw", sa.Boolean, nullable=False, server_default=sa.true()))
    op.create_index("raw_facts", "facts", ["stored_at"], postgresql_where=sa.text("raw"))
    op.drop_index("facts_by_age", "facts")
    op.drop_index("raw_executions", "cell_executions")
    op.add_column("class_policies", sa.Column("ends_on", sa.Date))
    _create_audit_log()
    _create_others()


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")


def _create_audit_log() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("at", Moment, nullable=False, server_default=sa.func.now()),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("class_name", Sorted),
        sa.Column("subject", Sorted),
        sa.Column("detail", JSONB),
    )
    op.create_index("audit_of_class", "audit_log", ["class_name", "id"])
    op.create_index("audit_of_subject", "audit_log", ["class_name", "subject", "at"])
    op.create_index("audit_by_age", "audit_log", ["at"])
    replace_functions("refuse_audit_change", "forget_audit", "pseudonymise_audit")
    op.execute(
        "CREATE TRIGGER audit_log_is_append_only BEFORE UPDATE OR DELETE ON audit_log"
        " FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()"
    )
    op.execute(
        "CREATE TRIGGER audit_log_is_not_truncated BEFORE TRUNCATE ON audit_log"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
    )


def _create_others() -> None:
    op.create_table(
        "retention_runs",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("at", Moment, nullable=False, server_default=sa.func.now()),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("before", Moment),
        sa.Column("removed", sa.BigInteger, nullable=False),
        sa.Column("seconds", sa.Double, nullable=False),
    )
    op.create_index("retention_runs_of_kind", "retention_runs", ["kind", "at"])
    op.create_table(
        "consents",
        sa.Column("class_id", sa.Integer, sa.ForeignKey("classes.id"), primary_key=True, autoincrement=False),
        sa.Column("user_id", Sorted, primary_key=True),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False, server_default=sa.func.now()),
    )
