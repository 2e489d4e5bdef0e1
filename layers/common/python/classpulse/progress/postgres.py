"""The ProgressReader port on PostgreSQL."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    Text,
    case,
    cast,
    func,
    literal,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from classpulse.core.moments import rfc3339
from classpulse.core.pages import page_of
from classpulse.core.postgres import translated_errors
from classpulse.core.tables import (
    attention,
    cell_executions,
    cell_progress,
    cells,
    classes,
    facts,
    notebooks,
    progress,
    sessions,
    students,
)
from classpulse.ingest.events import Outcome
from classpulse.progress.model import STUDENTS, CellProgress, CellStatus, StudentProgress
from classpulse.progress.ports import MOST_SESSIONS, ClassProgress, ClassSummary, FactPage
from classpulse.progress.sessions import SessionLine

# Rows fetched at a time: one event may be a megabyte.
ROWS = 100

# Updates of one class may arrive out of order. A client that resumes from the highest revision it saw also gets the
# changes of this period before it, so that it does not miss an update that was overtaken.
RESUME_OVERLAP = timedelta(seconds=60)

_current = cells.alias("current")
# The fields of StudentProgress that other tables hold.
_NOT_IN_PROGRESS = {"user_id", "notebook_path", "cell_id", "cell_index", "attention"}


def students_by_class(*conditions: ColumnElement[bool]) -> Select[tuple[str, str]]:
    """Select class_name and students: for each class, StudentProgress as JSON text, by user id.

    PostgreSQL builds the JSON and pydantic parses it: reading a thousand students by column takes ten times as long.
    """
    student = (
        select(
            classes.c.name.label("class_name"),
            students.c.user_id,
            *(progress.c[name] for name in StudentProgress.model_fields if name not in _NOT_IN_PROGRESS),
            notebooks.c.path.label("notebook_path"),
            _current.c.name.label("cell_id"),
            case((_current.c.name.is_not(None), progress.c.cell_index)).label("cell_index"),
            case((attention.c.student_id.is_not(None), func.to_json(literal_column(attention.name, JSON)))).label(
                "attention"
            ),
        )
        .join_from(progress, students, students.c.id == progress.c.student_id)
        .join(classes, classes.c.id == progress.c.class_id)
        .outerjoin(attention, attention.c.student_id == progress.c.student_id)
        .outerjoin(notebooks, notebooks.c.id == progress.c.notebook_id)
        # If the student has opened another notebook since, no cell of it is current yet.
        .outerjoin(
            _current,
            (_current.c.id == progress.c.cell_id) & (_current.c.notebook_id == progress.c.notebook_id),
        )
        .where(*conditions)
        .subquery("student")
    )
    as_json = aggregate_order_by(func.to_json(literal_column("student", JSON)), student.c.user_id)
    return select(student.c.class_name, cast(func.json_agg(as_json), Text).label("students")).group_by(
        student.c.class_name
    )


def read_students(connection: Connection, *conditions: ColumnElement[bool]) -> dict[str, list[StudentProgress]]:
    """Return the students that meet the conditions, by class; each list is sorted by user id."""
    rows = connection.execute(students_by_class(*conditions)).all()
    return {row.class_name: STUDENTS.validate_json(row.students) for row in rows}


def select_facts() -> Select[Any]:
    """Select the columns that to_stored_event() needs, one row per fact."""
    return (
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
    )


class PostgresProgress:
    """Reads progress, facts and classes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ping(self) -> None:
        """See ProgressReader.ping."""
        with translated_errors(), self._engine.connect() as connection:
            connection.execute(select(literal(1)))

    def read_class(self, class_id: str, since: int | None = None) -> ClassProgress:
        """See ProgressReader.read_class."""
        conditions = [classes.c.name == class_id]
        if since is not None:
            # The overlap ends when `since` was the newest revision, however long ago: overtaken updates are as old.
            changed_at = select(func.max(progress.c.changed_at)).where(
                progress.c.class_id == select(classes.c.id).where(classes.c.name == class_id).scalar_subquery(),
                progress.c.revision <= since,
            )
            overlap_end = func.coalesce(changed_at.scalar_subquery(), func.now())
            conditions.append((progress.c.revision > since) | (progress.c.changed_at > overlap_end - RESUME_OVERLAP))
        with translated_errors(), self._engine.connect() as connection:
            # One snapshot for both reads: the revision must not include a commit that the students lack.
            connection.execution_options(isolation_level="REPEATABLE READ")
            revision = connection.scalar(select(classes.c.revision).where(classes.c.name == class_id))
            by_class = read_students(connection, *conditions)
        return ClassProgress(class_id, revision or 0, by_class.get(class_id, []))

    def read_student(self, class_id: str, user_id: str) -> tuple[StudentProgress, list[CellProgress]] | None:
        """See ProgressReader.read_student."""
        of_student = (classes.c.name == class_id, students.c.user_id == user_id)
        with translated_errors(), self._engine.connect() as connection:
            by_class = read_students(connection, *of_student)
            rows = connection.execute(
                select(cell_progress, cells.c.name, notebooks.c.path)
                .join_from(cell_progress, cells, cells.c.id == cell_progress.c.cell_id)
                .join(notebooks, notebooks.c.id == cells.c.notebook_id)
                .join(students, students.c.id == cell_progress.c.student_id)
                .join(classes, classes.c.id == students.c.class_id)
                .where(*of_student)
                .order_by(notebooks.c.path, cells.c.name)
            ).all()
        if not by_class:
            return None
        return by_class[class_id][0], [_to_cell(row) for row in rows]

    def read_classes(self) -> list[ClassSummary]:
        """See ProgressReader.read_classes."""
        totals = (
            select(
                func.count(progress.c.student_id).label("students"),
                func.coalesce(func.sum(progress.c.events), 0).label("events"),
            )
            .where(progress.c.class_id == classes.c.id, ~progress.c.is_teacher)
            .lateral()
        )
        summaries = select(classes.c.name, classes.c.revision, totals).join(totals, true()).order_by(classes.c.name)
        with translated_errors(), self._engine.connect() as connection:
            rows = connection.execute(summaries).all()
        return [ClassSummary(row.name, row.revision, row.students, int(row.events)) for row in rows]

    def read_sessions(self, class_id: str, user_ids: Sequence[str]) -> list[SessionLine]:
        """See ProgressReader.read_sessions."""
        wanted = (
            select(
                sessions,
                sessions.c.first_received_at.label("since"),
                sessions.c.last_received_at.label("last_seen"),
                func.nullif(func.substr(sessions.c.place, 17), "").label("notebook_path"),
            )
            .join(students, students.c.id == sessions.c.student_id)
            .join(classes, classes.c.id == students.c.class_id)
            .where(classes.c.name == class_id, students.c.user_id.in_(user_ids))
            .order_by(sessions.c.last_received_at.desc(), sessions.c.session_id)
            .limit(MOST_SESSIONS)
        )
        with translated_errors(), self._engine.connect() as connection:
            return [SessionLine.model_validate(row) for row in connection.execute(wanted)]

    def read_facts(
        self, class_id: str, after: int, limit: int, user_ids: Sequence[str] = (), team_name: str | None = None
    ) -> FactPage:
        """See ProgressReader.read_facts. The cursor is the fact's primary key, which grows in storing order."""
        query = (
            select_facts().where(classes.c.name == class_id, facts.c.id > after).order_by(facts.c.id).limit(limit + 1)
        )
        if user_ids:
            query = query.where(students.c.user_id.in_(user_ids))
        if team_name is not None:
            in_team = select(progress.c.student_id).where(progress.c.team_name == team_name)
            query = query.where(facts.c.student_id.in_(in_team.where(progress.c.class_id == classes.c.id)))
        with translated_errors(), self._engine.connect() as connection:
            rows = connection.execution_options(yield_per=ROWS).execute(query)
            return FactPage(*page_of(((row.id, to_stored_event(row)) for row in rows), limit))


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


def to_stored_event(row: Row[Any]) -> dict[str, Any]:
    """Return a row of select_facts() as a wire JSON object."""
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
        "runId": row.run_id,
        "cellIndex": row.cell_index,
        "cellType": row.cell_type,
        "executionCount": row.execution_count,
        "hasError": row.outcome != Outcome.OK if row.outcome not in (None, Outcome.ABORTED) else None,
        "errorMessage": row.error_message,
        "code": row.code,
        "result": row.result,
        "executionDurationMs": row.duration_ms,
    }
    return (row.payload or {}) | {name: value for name, value in fields.items() if value is not None}
