"""an event id is unique for its student, no longer for the class

A class's students could otherwise block each other's ids. Whatever met the old constraint meets the new one.
"""

from alembic import op
from classpulse.core.sql_functions import replace_functions

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_unique_constraint("facts_student_id_event_id_key", "facts", ["student_id", "event_id"])
    op.drop_constraint("facts_class_id_event_id_key", "facts")
    replace_functions("parse_facts", "resolve_facts", "store_facts", "store_and_read")


def downgrade() -> None:
    raise NotImplementedError("two students may have the same event id by now: restore a backup instead")
