"""who may do what: accounts, members, keys, rosters, and what is kept of a class"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

Moment = sa.DateTime(timezone=True)
Sorted = sa.Text(collation="C")


def _created() -> sa.Column[sa.DateTime]:
    return sa.Column("created_at", Moment, nullable=False, server_default=sa.func.now())


def _of_class(**options: bool) -> sa.Column[int]:
    return sa.Column("class_id", sa.Integer, sa.ForeignKey("classes.id"), nullable=False, **options)


def _of_account(**options: bool) -> sa.Column[int]:
    account = sa.ForeignKey("accounts.id", ondelete="CASCADE")
    return sa.Column("account_id", sa.BigInteger, account, nullable=False, **options)


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("email", Sorted, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text),
        sa.Column("oidc_issuer", sa.Text),
        sa.Column("oidc_subject", sa.Text),
        sa.Column("disabled_at", Moment),
        _created(),
        sa.UniqueConstraint("oidc_issuer", "oidc_subject"),
    )
    op.create_table(
        "memberships",
        _of_account(primary_key=True, autoincrement=False),
        _of_class(primary_key=True, autoincrement=False, index=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("team_name", sa.Text),
        _created(),
    )
    op.create_table(
        "class_policies",
        _of_class(primary_key=True, autoincrement=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("privacy", sa.Text, nullable=False),
        sa.Column("pseudonymous", sa.Boolean, nullable=False),
        sa.Column("redact", sa.Boolean, nullable=False),
        sa.Column("students_only", sa.Boolean, nullable=False),
        sa.Column("tokens_from", sa.BigInteger, nullable=False),
        _created(),
    )
    op.create_table(
        "ingest_keys",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        _of_class(index=True),
        sa.Column("digest", sa.Text, nullable=False, unique=True),
        sa.Column("hint", sa.Text, nullable=False),
        sa.Column("expires_at", Moment),
        sa.Column("revoked_at", Moment),
        _created(),
    )
    op.create_table(
        "roster",
        _of_class(primary_key=True, autoincrement=False),
        sa.Column("user_id", Sorted, primary_key=True),
        sa.Column("pseudonym", Sorted, nullable=False),
        sa.Column("user_name", sa.Text),
        sa.Column("team_name", sa.Text),
        sa.Column("joined_at", Moment),
        _created(),
    )
    op.create_index("roster_of_class", "roster", ["class_id", "pseudonym"])
    op.create_table(
        "refresh_tokens",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id", ondelete="CASCADE"), index=True),
        sa.Column("family", sa.Uuid, nullable=False, index=True),
        sa.Column("digest", sa.Text, nullable=False, unique=True),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("used_at", Moment),
        sa.Column("revoked_at", Moment),
        _created(),
    )


def downgrade() -> None:
    for table in ("refresh_tokens", "roster", "ingest_keys", "class_policies", "memberships", "accounts"):
        op.drop_table(table)
