"""The RecordStore port on PostgreSQL."""

from datetime import datetime

from sqlalchemy import Connection, Engine, delete, func, null, or_, select, update

from classpulse.core.postgres import translated_errors
from classpulse.core.tables import cell_executions, cell_progress, classes, facts, notebooks, progress, students
from classpulse.ingest.batches import Fact
from classpulse.ingest.events import Event

# Facts that one transaction clears: few, so that it holds its locks for a short time only.
AT_ONCE = 5000


class PostgresRecords:
    """The RecordStore port: erasure and retention."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def facts_of_student(self, class_id: str, user_id: str) -> list[Fact]:
        """See RecordStore.facts_of_student."""
        wanted = (
            select(facts.c.event_id, facts.c.event_type, facts.c.event_time, facts.c.received_at, notebooks.c.path)
            .join_from(facts, students, students.c.id == facts.c.student_id)
            .join(classes, classes.c.id == facts.c.class_id)
            .outerjoin(notebooks, notebooks.c.id == facts.c.notebook_id)
            .where(classes.c.name == class_id, students.c.user_id == user_id)
        )
        with translated_errors(), self._engine.connect() as connection:
            rows = connection.execute(wanted).all()
        return [
            Fact(
                Event.model_construct(
                    event_id=row.event_id,
                    event_type=row.event_type,
                    event_time=row.event_time,
                    user_id=user_id,
                    notebook_path=row.path,
                ),
                class_id,
                row.received_at,
            )
            for row in rows
        ]

    def erase_student(self, class_id: str, user_id: str) -> int:
        """See RecordStore.erase_student."""
        with translated_errors(), self._engine.begin() as connection:
            # Lock the class first, as storing does, so that no batch of the student is stored meanwhile.
            locked_class = connection.execute(
                select(classes.c.id).where(classes.c.name == class_id).with_for_update()
            ).scalar()
            student = connection.execute(
                select(students.c.id).where(students.c.class_id == locked_class, students.c.user_id == user_id)
            ).scalar()
            return _erase(connection, student) if student is not None else 0

    def forget_raw_data(self, before: datetime) -> int:
        """See RecordStore.forget_raw_data."""
        forgotten = 0
        while True:
            with translated_errors(), self._engine.begin() as connection:
                cleared = _forget(connection, before)
            forgotten += cleared
            if cleared < AT_ONCE:
                return forgotten


def _erase(connection: Connection, student_id: int) -> int:
    for table in (cell_progress, progress):
        connection.execute(delete(table).where(table.c.student_id == student_id))
    erased = connection.execute(delete(facts).where(facts.c.student_id == student_id)).rowcount
    connection.execute(delete(students).where(students.c.id == student_id))
    return erased


def _forget(connection: Connection, before: datetime) -> int:
    newest = select(func.max(facts.c.id)).where(facts.c.stored_at < before).scalar_subquery()
    raw = cell_executions.c
    old = (
        select(raw.fact_id)
        .where(
            raw.fact_id <= newest, or_(raw.code.is_not(None), raw.result.is_not(None), raw.error_message.is_not(None))
        )
        .order_by(raw.fact_id)
        .limit(AT_ONCE)
    )
    ids = list(connection.execute(old).scalars())
    connection.execute(
        update(cell_executions)
        .where(raw.fact_id.in_(ids))
        .values(code=null(), result=null(), error_message=null(), error_summary=null())
    )
    # The payload holds a client's own fields, which may contain code too.
    connection.execute(update(facts).where(facts.c.id.in_(ids)).values(payload=null()))
    return len(ids)
