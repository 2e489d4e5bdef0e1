"""Reading progress, facts and classes."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, Row, Select, func, literal, select, true

from classpulse.adapters.postgres.engine import translated_errors
from classpulse.adapters.postgres.tables import (
    cell_executions,
    cell_progress,
    cells,
    classes,
    facts,
    notebooks,
    progress,
    students,
)
from classpulse.domain.progress import CellProgress, CellStatus, StudentProgress, rfc3339
from classpulse.ports import ClassProgress, ClassSummary, FactPage

# Updates of one class may overtake each other on their way. A client that only remembers the greatest revision
# it saw is given again what changed this lately, so that what was overtaken is not lost to it.
RESUME_OVERLAP = timedelta(seconds=60)

_current = cells.alias("current")


def select_progress() -> Select[Any]:
    """Select what to_progress() takes, one row a student."""
    return (
        select(
            classes.c.name.label("class_name"),
            students.c.user_id,
            progress,
            notebooks.c.path.label("notebook_path"),
            _current.c.name.label("cell_name"),
        )
        .join_from(progress, students, students.c.id == progress.c.student_id)
        .join(classes, classes.c.id == progress.c.class_id)
        .outerjoin(notebooks, notebooks.c.id == progress.c.notebook_id)
        # Another notebook was opened since: no cell of it has been touched yet.
        .outerjoin(
            _current,
            (_current.c.id == progress.c.cell_id) & (_current.c.notebook_id == progress.c.notebook_id),
        )
    )


def to_progress(row: Row[Any]) -> StudentProgress:
    """Return a row of select_progress() as the domain has it."""
    return StudentProgress(
        user_id=row.user_id,
        user_name=row.user_name,
        team_name=row.team_name,
        revision=row.revision,
        first_event=row.first_event,
        last_event=row.last_event,
        last_seen=row.last_seen,
        events=row.events,
        runs=row.runs,
        errors=row.errors,
        error_streak=row.error_streak,
        last_error_name=row.last_error_name,
        help_since=row.help_since,
        running_since=row.running_since,
        notebook_path=row.notebook_path,
        cell_id=row.cell_name,
        cell_index=row.cell_index if row.cell_name else None,
    )


class PostgresProgress:
    """The ProgressReader on PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ping(self) -> None:
        """See ProgressReader.ping."""
        with translated_errors(), self._engine.connect() as connection:
            connection.execute(select(literal(1)))

    def read_class(self, class_id: str, since: int | None = None) -> ClassProgress:
        """See ProgressReader.read_class."""
        wanted = select_progress().where(classes.c.name == class_id).order_by(students.c.user_id)
        if since is not None:
            recent = progress.c.changed_at > func.now() - RESUME_OVERLAP
            wanted = wanted.where((progress.c.revision > since) | recent)
        with translated_errors(), self._engine.connect() as connection:
            # One snapshot for both, or a commit between them would be promised by the revision and missing.
            connection.execution_options(isolation_level="REPEATABLE READ")
            found = connection.scalar(select(classes.c.revision).where(classes.c.name == class_id))
            rows = connection.execute(wanted).all()
        return ClassProgress(class_id, found or 0, [to_progress(row) for row in rows])

    def read_student(self, class_id: str, user_id: str) -> tuple[StudentProgress, list[CellProgress]] | None:
        """See ProgressReader.read_student."""
        of_student = (classes.c.name == class_id) & (students.c.user_id == user_id)
        with translated_errors(), self._engine.connect() as connection:
            student = connection.execute(select_progress().where(of_student)).one_or_none()
            if student is None:
                return None
            rows = connection.execute(
                select(cell_progress, cells.c.name, notebooks.c.path)
                .join_from(cell_progress, cells, cells.c.id == cell_progress.c.cell_id)
                .join(notebooks, notebooks.c.id == cells.c.notebook_id)
                .where(cell_progress.c.student_id == student.student_id)
                .order_by(notebooks.c.path, cells.c.name)
            ).all()
        return to_progress(student), [_to_cell(row) for row in rows]

    def read_classes(self) -> list[ClassSummary]:
        """See ProgressReader.read_classes."""
        counted = (
            select(
                func.count(progress.c.student_id).label("students"),
                func.coalesce(func.sum(progress.c.events), 0).label("events"),
            )
            .where(progress.c.class_id == classes.c.id)
            .lateral()
        )
        found = select(classes.c.name, classes.c.revision, counted).join(counted, true()).order_by(classes.c.name)
        with translated_errors(), self._engine.connect() as connection:
            rows = connection.execute(found).all()
        return [ClassSummary(row.name, row.revision, row.students, int(row.events)) for row in rows]

    def read_facts(self, class_id: str, after: int, limit: int, user_id: str | None = None) -> FactPage:
        """See ProgressReader.read_facts. The cursor is the fact's key, which grows in storing order."""
        wanted = (
            select(
                facts,
                students.c.user_id,
                classes.c.name.label("class_name"),
                notebooks.c.path.label("notebook_path"),
                cells.c.name.label("cell_name"),
                cell_executions,
            )
            .join_from(facts, classes, classes.c.id == facts.c.class_id)
            .join(students, students.c.id == facts.c.student_id)
            .outerjoin(notebooks, notebooks.c.id == facts.c.notebook_id)
            .outerjoin(cells, cells.c.id == facts.c.cell_id)
            .outerjoin(cell_executions, cell_executions.c.fact_id == facts.c.id)
            .where(classes.c.name == class_id, facts.c.id > after)
            .order_by(facts.c.id)
            .limit(limit + 1)
        )
        if user_id is not None:
            wanted = wanted.where(students.c.user_id == user_id)
        with translated_errors(), self._engine.connect() as connection:
            rows = connection.execute(wanted).all()
        page = rows[:limit]
        return FactPage([_to_wire(row) for row in page], page[-1].id if len(rows) > limit else None)


def _to_cell(row: Row[Any]) -> CellProgress:
    return CellProgress(
        notebook_path=row.path,
        cell_id=row.name,
        cell_index=row.cell_index,
        status=CellStatus(row.status),
        attempts=row.attempts,
        errors=row.errors,
        last_error_name=row.last_error_name,
        last_run=row.last_run,
    )


def _to_wire(row: Row[Any]) -> dict[str, Any]:
    fields = {
        "eventId": row.event_id,
        "eventType": row.event_type,
        "eventTime": rfc3339(row.event_time),
        "receivedAt": rfc3339(row.received_at),
        "storedAt": rfc3339(row.stored_at),
        "userId": row.user_id,
        "classId": row.class_name,
        "sessionId": row.session_id,
        "notebookPath": row.notebook_path,
        "cellId": row.cell_name,
        "cellIndex": row.cell_index,
        "cellType": row.cell_type,
        "executionCount": row.execution_count,
        "hasError": row.is_error if row.is_run else None,
        "errorMessage": row.error_message,
        "code": row.code,
        "result": row.result,
        "executionDurationMs": row.duration_ms,
    }
    return (row.payload or {}) | {name: value for name, value in fields.items() if value is not None}
