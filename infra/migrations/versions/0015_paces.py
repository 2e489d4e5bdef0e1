"""paces: who is behind is stored, with the instant at which it ends"""

import sqlalchemy as sa
from alembic import op
from classpulse.core.sql_functions import replace_functions

revision = "0015"
down_revision = "0014"

Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("notebooks", sa.Column("pace", sa.Double))
    op.add_column("notebooks", sa.Column("paced_at", Moment))
    op.add_column("progress", sa.Column("behind_until", Moment))
    op.create_index("progress_notebook_id_idx", "progress", ["notebook_id"])
    replace_functions("fold_paces", "store_facts", "store_and_read")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
