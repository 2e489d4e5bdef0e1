"""The AttentionStore port on PostgreSQL."""

from datetime import datetime

from sqlalchemy import Engine, select, update
from sqlalchemy.dialects.postgresql import insert

from classpulse.core.postgres import translated_errors
from classpulse.core.tables import attention, classes, progress, students
from classpulse.progress.attending import AttentionChange, apply_change
from classpulse.progress.attention import UNATTENDED
from classpulse.progress.model import StudentProgress
from classpulse.progress.postgres import read_students


class PostgresAttention:
    """Each change gets the class's next revision, as a stored batch does."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def attend(self, class_id: str, user_id: str, change: AttentionChange, now: datetime) -> StudentProgress | None:
        """See AttentionStore.attend."""
        of_student = (classes.c.name == class_id, students.c.user_id == user_id)
        with translated_errors(), self._engine.begin() as connection:
            # Lock the class first, as storing does: revisions then have no gaps, and no batch is stored in between.
            connection.execute(select(classes.c.id).where(classes.c.name == class_id).with_for_update(key_share=True))
            by_class = read_students(connection, *of_student)
            if not by_class:
                return None
            (student,) = by_class[class_id]
            student_id = connection.execute(
                select(students.c.id).join(classes, classes.c.id == students.c.class_id).where(*of_student)
            ).scalar_one()
            attended = apply_change(
                student.attention or UNATTENDED, change, errors=student.errors, help_since=student.help_since, now=now
            )
            revision = connection.execute(
                update(classes)
                .where(classes.c.name == class_id)
                .values(revision=classes.c.revision + 1)
                .returning(classes.c.revision)
            ).scalar_one()
            values = attended.model_dump()
            connection.execute(
                insert(attention)
                .values(student_id=student_id, **values)
                .on_conflict_do_update(index_elements=[attention.c.student_id], set_=values)
            )
            connection.execute(
                update(progress).where(progress.c.student_id == student_id).values(revision=revision, changed_at=now)
            )
        return student.model_copy(update={"revision": revision, "attention": attended})
