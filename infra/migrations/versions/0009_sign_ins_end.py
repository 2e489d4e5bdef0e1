"""sign-ins have an end, creating classes is a permission, and an address can be appointed before it has an account"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

Sorted = sa.Text(collation="C")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    # Null only in tokens that the release before has made: their sign-ins end 30 days after the token was made.
    op.add_column("refresh_tokens", sa.Column("ends_at", Moment))
    op.add_column("refresh_tokens", sa.Column("operator_key", sa.Text))
    op.execute("UPDATE refresh_tokens SET ends_at = created_at + interval '30 days'")
    op.add_column("accounts", sa.Column("sign_ins_from", Moment))
    # Accounts could create classes until now, and keep that; new accounts get the permission from the operator.
    op.add_column("accounts", sa.Column("may_create_classes", sa.Boolean, nullable=False, server_default=sa.true()))
    op.alter_column("accounts", "may_create_classes", server_default=sa.false())
    op.create_table(
        "invitations",
        sa.Column("class_id", sa.Integer, sa.ForeignKey("classes.id"), primary_key=True, autoincrement=False),
        sa.Column("email", Sorted, primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("team_name", sa.Text),
        sa.Column("created_at", Moment, nullable=False, server_default=sa.func.now()),
    )
    # An account that is created takes over the invitations of its address.
    op.create_index("invitations_email_idx", "invitations", ["email"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup from before the migration")
