"""What the roster and the members of a class say about its students: names, teams, and who is a teacher."""

from sqlalchemy import Connection, select, text

from classpulse.core.tables import classes, progress
from classpulse.progress.postgres import read_students
from classpulse.progress.updates import Changed

# The rules for one student are in roster_names() and fold_progress(), and in is_class_teacher() and mark_teachers().
_APPLY = text(
    """
    WITH named AS (
        SELECT progress.student_id, coalesce(roster.user_name, progress.claimed_user_name) AS user_name,
            CASE WHEN roster.has_roster THEN roster.team_name ELSE progress.claimed_team_name END AS team_name,
            is_class_teacher(classes.id, students.user_id) AS is_teacher
        FROM classes
        JOIN progress ON progress.class_id = classes.id
        JOIN students ON students.id = progress.student_id
        LEFT JOIN LATERAL roster_names(classes.id, students.user_id) AS roster ON true
        WHERE classes.name = :class_id
    )
    UPDATE progress SET user_name = named.user_name, team_name = named.team_name, is_teacher = named.is_teacher,
        changed_at = now(),
        left_team = CASE WHEN progress.team_name IS DISTINCT FROM named.team_name THEN progress.team_name END,
        revision = (SELECT classes.revision + 1 FROM classes WHERE classes.name = :class_id)
    FROM named
    WHERE named.student_id = progress.student_id
        AND (named.user_name, named.team_name, named.is_teacher)
            IS DISTINCT FROM (progress.user_name, progress.team_name, progress.is_teacher)
    RETURNING progress.student_id, progress.revision, progress.left_team, progress.team_name
    """
)
_NEXT_REVISION = text("UPDATE classes SET revision = revision + 1 WHERE name = :class_id")


def lock_progress(connection: Connection, class_id: str) -> None:
    """Lock the class's row, as storing does: no batch is stored between a change of names and apply_roster()."""
    connection.execute(select(classes.c.id).where(classes.c.name == class_id).with_for_update(key_share=True))


def apply_roster(connection: Connection, class_id: str) -> Changed | None:
    """Give the class's students the names and teams of the roster, and mark its teachers, as its next revision.

    Return the update for the dashboards; None if nothing has changed. The caller has called lock_progress().
    """
    rows = connection.execute(_APPLY, {"class_id": class_id}).all()
    if not rows:
        return None
    connection.execute(_NEXT_REVISION, {"class_id": class_id})
    by_class = read_students(connection, progress.c.student_id.in_([row.student_id for row in rows]))
    teams = {team for row in rows for team in (row.left_team, row.team_name) if team is not None}
    return Changed(
        class_id=class_id, revision=rows[0].revision, students=by_class[class_id], changed_teams=sorted(teams)
    )
