"""guests, personal codes, and students' tokens that can be revoked individually"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from classpulse.core.sql_functions import replace_functions

revision = "0010"
down_revision = "0009"

Sorted = sa.Text(collation="C")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "guests",
        _class_id(primary_key=True),
        sa.Column("user_id", Sorted, primary_key=True),
        sa.Column("pseudonym", Sorted, nullable=False),
        sa.Column("user_name", sa.Text),
        sa.Column("key_id", sa.BigInteger, sa.ForeignKey("ingest_keys.id", ondelete="SET NULL")),
        sa.Column("roster_user_id", Sorted),
        sa.Column("joined_at", Moment, nullable=False),
        sa.Column("linked_at", Moment),
    )
    op.create_index("guests_of_student", "guests", ["class_id", "roster_user_id"])
    op.create_index("guests_by_pseudonym", "guests", ["class_id", "pseudonym"])
    op.create_index("guests_of_key", "guests", ["key_id"])
    op.create_table(
        "personal_codes",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        _class_id(),
        sa.Column("user_id", Sorted, nullable=False),
        sa.Column("digest", sa.Text, nullable=False, unique=True),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("used_at", Moment),
        _now("created_at"),
    )
    op.create_index("personal_codes_of_student", "personal_codes", ["class_id", "user_id"])
    op.create_table(
        "student_tokens",
        sa.Column("id", sa.Uuid, primary_key=True),
        _class_id(),
        sa.Column("user_id", Sorted, nullable=False),
        sa.Column("key_id", sa.BigInteger, sa.ForeignKey("ingest_keys.id", ondelete="CASCADE")),
        sa.Column("issued_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
    )
    op.create_index("student_tokens_of_student", "student_tokens", ["class_id", "user_id"])
    op.create_index("student_tokens_of_key", "student_tokens", ["key_id"])
    op.create_table(
        "revoked_tokens",
        sa.Column("id", sa.Uuid, primary_key=True),
        # Not a foreign key: the class may be deleted in the same statement.
        sa.Column("class_id", sa.Integer, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
    )
    op.create_index("revoked_tokens_of_class", "revoked_tokens", ["class_id"])
    replace_functions("remember_revoked_token", "roster_names")
    op.execute(
        "CREATE TRIGGER remember_revoked_token AFTER DELETE ON student_tokens"
        " FOR EACH ROW EXECUTE FUNCTION remember_revoked_token()"
    )


def downgrade() -> None:
    for table in ("student_tokens", "revoked_tokens", "personal_codes", "guests"):
        op.drop_table(table)
    op.execute("DROP FUNCTION remember_revoked_token")


def _class_id(**options: bool) -> sa.Column[Any]:
    key = sa.ForeignKey("classes.id", ondelete="CASCADE")
    return sa.Column("class_id", sa.Integer, key, autoincrement=False, nullable=False, **options)


def _now(name: str) -> sa.Column[Any]:
    return sa.Column(name, Moment, nullable=False, server_default=sa.func.now())
