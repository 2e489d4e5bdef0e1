"""retention: what is old, and what raw data is left"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_index("facts_by_age", "facts", ["stored_at"], postgresql_using="brin")
    raw = sa.text("code IS NOT NULL OR result IS NOT NULL OR error_message IS NOT NULL")
    op.create_index("raw_executions", "cell_executions", ["fact_id"], postgresql_where=raw)


def downgrade() -> None:
    op.drop_index("raw_executions")
    op.drop_index("facts_by_age")
