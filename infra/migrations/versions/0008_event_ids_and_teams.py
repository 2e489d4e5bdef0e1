"""an event id is unique for its student, no longer for the class; the roster gives names and teams

A class's students could otherwise block each other's ids. Whatever met the old constraint meets the new one. Events
could also move a student to another team.
"""

import sqlalchemy as sa
from alembic import op
from classpulse.core.sql_functions import replace_functions

revision = "0008"
down_revision = "0007"

# The rule of roster_names(), which a migration must not call.
_APPLY_ROSTERS = """
    WITH named AS (
        SELECT progress.student_id, line.team_name,
            coalesce(CASE WHEN NOT policy.pseudonymous THEN line.user_name END, progress.user_name) AS user_name
        FROM progress
        JOIN students ON students.id = progress.student_id
        JOIN class_policies AS policy ON policy.class_id = progress.class_id
        LEFT JOIN LATERAL (
            SELECT roster.user_name, roster.team_name FROM roster
            WHERE roster.class_id = progress.class_id AND students.user_id IN (roster.user_id, roster.pseudonym)
            ORDER BY roster.user_id = students.user_id DESC LIMIT 1
        ) AS line ON true
        WHERE EXISTS (SELECT FROM roster WHERE roster.class_id = progress.class_id)
    ), changed AS (
        UPDATE progress SET user_name = named.user_name, team_name = named.team_name, changed_at = now(),
            revision = (SELECT classes.revision + 1 FROM classes WHERE classes.id = progress.class_id)
        FROM named WHERE named.student_id = progress.student_id
            AND (named.user_name, named.team_name) IS DISTINCT FROM (progress.user_name, progress.team_name)
        RETURNING progress.class_id
    )
    UPDATE classes SET revision = revision + 1 WHERE id IN (SELECT class_id FROM changed)
"""


def upgrade() -> None:
    # First, as storing does: a batch that holds its class and waits for another table would make a deadlock.
    op.execute("LOCK TABLE classes IN EXCLUSIVE MODE")
    op.create_unique_constraint("facts_student_id_event_id_key", "facts", ["student_id", "event_id"])
    op.drop_constraint("facts_class_id_event_id_key", "facts")
    for name in ("claimed_user_name", "claimed_team_name", "left_team"):
        op.add_column("progress", sa.Column(name, sa.Text))
    op.execute("UPDATE progress SET claimed_user_name = user_name, claimed_team_name = team_name")
    op.execute(_APPLY_ROSTERS)
    replace_functions("parse_facts", "resolve_facts", "roster_names", "fold_progress", "store_facts", "store_and_read")


def downgrade() -> None:
    raise NotImplementedError("two students may have the same event id by now: restore a backup instead")
