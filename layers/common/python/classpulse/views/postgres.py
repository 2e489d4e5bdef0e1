"""The ViewReader port on PostgreSQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select

from classpulse.core.pages import page_of
from classpulse.core.postgres import translated_errors
from classpulse.core.tables import cells, classes, facts, notebooks, students
from classpulse.ingest.events import ordering_from
from classpulse.progress.postgres import ROWS, select_facts, to_stored_event
from classpulse.views import postgres_grid as grid
from classpulse.views.model import (
    AbsentStudent,
    CellDifficulty,
    ErrorExample,
    ErrorGroup,
    Grid,
    NotebookLine,
    Pace,
    PaceMinute,
    StoredEvent,
    Timeline,
)
from classpulse.views.ports import MOST_ERROR_GROUPS
from classpulse.views.postgres_history import PostgresHistory
from classpulse.views.statements import ABSENT, DIFFICULTY, ERRORS, NOTEBOOKS, NOTEBOOKS_OF_TEAM, PACE


class PostgresViews(PostgresHistory):
    """The ViewReader port: the present, and through PostgresHistory the past."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._engine = engine

    def read_notebooks(self, class_id: str, team_name: str | None = None) -> list[NotebookLine]:
        """See ViewReader.read_notebooks."""
        if team_name is None:
            rows = self._rows(NOTEBOOKS, class_id=class_id)
        else:
            rows = self._rows(NOTEBOOKS_OF_TEAM, class_id=class_id, team=team_name)
        return [NotebookLine.model_validate(row) for row in rows]

    def read_absent(self, class_id: str, team_name: str | None = None) -> list[AbsentStudent]:
        """See ViewReader.read_absent."""
        return [AbsentStudent.model_validate(row) for row in self._rows(ABSENT, class_id=class_id, team=team_name)]

    def read_grid(self, class_id: str, notebook_path: str, team_name: str | None = None) -> Grid:
        """See ViewReader.read_grid."""
        values = {"class_id": class_id, "notebook": notebook_path, "team": team_name}
        return grid.grid_of(self._engine, class_id, notebook_path, grid.NOW, values)

    def read_errors(
        self,
        class_id: str,
        start: datetime,
        end: datetime,
        notebook_path: str | None = None,
        team_name: str | None = None,
    ) -> list[ErrorGroup]:
        """See ViewReader.read_errors."""
        values = {"class_id": class_id, "start": start, "end": end, "notebook": notebook_path, "team": team_name}
        until = ordering_from(end)
        return [_to_group(row) for row in self._rows(ERRORS, most=MOST_ERROR_GROUPS, until=until, **values)]

    def read_pace(
        self, class_id: str, notebook_path: str, start: datetime, end: datetime, team_name: str | None = None
    ) -> Pace:
        """See ViewReader.read_pace."""
        values = {"class_id": class_id, "notebook": notebook_path, "start": start, "end": end, "team": team_name}
        rows = self._rows(PACE, **values)
        return Pace(
            class_id=class_id,
            notebook_path=notebook_path,
            cells=rows[0].all_cells if rows else 0,
            students=rows[0].students if rows else 0,
            minutes=[PaceMinute.model_validate(row) for row in rows],
        )

    def read_difficulty(
        self,
        class_id: str,
        start: datetime,
        end: datetime,
        notebook_path: str | None = None,
        team_name: str | None = None,
    ) -> list[CellDifficulty]:
        """See ViewReader.read_difficulty."""
        values = {"class_id": class_id, "start": start, "end": end, "notebook": notebook_path, "team": team_name}
        rows = self._rows(DIFFICULTY, **values)
        return [
            CellDifficulty(
                notebook_path=row.notebook_path,
                cell_id=row.name,
                cell_index=row.cell_index,
                students=row.students,
                solved=row.solved,
                failed=row.failed,
                runs=int(row.runs),
                errors=int(row.errors),
                median_attempts=row.median_attempts,
            )
            for row in rows
        ]

    def read_timeline(
        self,
        class_id: str,
        user_id: str,
        limit: int,
        before: str | None = None,
        *,
        notebook_path: str | None = None,
        cell_id: str | None = None,
        session_id: str | None = None,
    ) -> Timeline:
        """See ViewReader.read_timeline. The cursor is the event's ordering."""
        # With the student's key known, the index on (student_id, ordering) returns the events in order.
        of_class = select(classes.c.id).where(classes.c.name == class_id).scalar_subquery()
        student_id = select(students.c.id).where(students.c.class_id == of_class, students.c.user_id == user_id)
        wanted = (
            select_facts()
            .where(facts.c.student_id == student_id.scalar_subquery())
            .order_by(facts.c.ordering.desc())
            .limit(limit + 1)
        )
        if before is not None:
            wanted = wanted.where(facts.c.ordering < before)
        if notebook_path is not None:
            wanted = wanted.where(notebooks.c.path == notebook_path)
        if cell_id is not None:
            wanted = wanted.where(cells.c.name == cell_id)
        if session_id is not None:
            wanted = wanted.where(func.coalesce(facts.c.session_id, "") == session_id)
        with translated_errors(), self._engine.connect() as connection:
            rows = connection.execution_options(yield_per=ROWS).execute(wanted)
            events, following = page_of(((row.ordering, to_stored_event(row)) for row in rows), limit)
        return Timeline(events=[StoredEvent.model_validate(event) for event in events], next=following)

    def _rows(self, statement: Any, **values: Any) -> Any:
        with translated_errors(), self._engine.connect() as connection:
            return connection.execute(statement, values).all()


def _to_group(row: Any) -> ErrorGroup:
    return ErrorGroup(
        notebook_path=row.path,
        cell_id=row.name,
        cell_index=row.cell_index,
        error_name=row.error_name,
        message=row.message,
        students=row.students,
        unsolved=row.unsolved,
        runs=row.runs,
        first_time=row.first_time,
        last_time=row.last_time,
        example=ErrorExample(
            event_id=row.event_id,
            event_time=row.event_time,
            user_id=row.user_id,
            code=row.code,
            error_message=row.error_message,
            result=row.result,
        ),
    )
