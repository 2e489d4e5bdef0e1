"""renamed notebooks: the names that only one student has for a notebook"""

import sqlalchemy as sa
from alembic import op
from classpulse.core.sql_functions import replace_functions

revision = "0014"
down_revision = "0013"

Sorted = sa.Text(collation="C")


def upgrade() -> None:
    op.create_table(
        "notebook_names",
        _key("student_id", "students.id", primary_key=True),
        sa.Column("path", Sorted, primary_key=True),
        _key("notebook_id", "notebooks.id", nullable=False),
        sa.Column("is_former", sa.Boolean, nullable=False),
        sa.Column("ordering", Sorted, nullable=False),
    )
    op.create_index("notebook_names_notebook_id_idx", "notebook_names", ["notebook_id"])
    replace_functions("rename_notebook", "rename_notebooks", "store_facts")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")


def _key(name: str, target: str, **options: bool) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, sa.ForeignKey(target, ondelete="CASCADE"), autoincrement=False, **options)
