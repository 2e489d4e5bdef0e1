"""A class at a past instant: the fold of progress/model.py in SQL, over the events of a period."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, text

from classpulse.core.postgres import translated_errors
from classpulse.progress.model import StudentProgress
from classpulse.progress.ports import ClassProgress
from classpulse.views.model import Grid
from classpulse.views.postgres_grid import grid_of

# `ends`: error streak and raised hand count from the last success and the last help_stop. The rest is one pass.
_CLASS_AT = text(
    """
    WITH period AS (
        SELECT facts.*, cell_executions.error_name,
            event_type = 'cell_started' AND coalesce(cell_type, 'code') = 'code' AS is_start
        FROM facts
        JOIN classes ON classes.id = facts.class_id AND classes.name = :class_id
        LEFT JOIN cell_executions ON cell_executions.fact_id = facts.id AND facts.is_error
        WHERE facts.event_time BETWEEN :start AND :at
    ), ends AS (
        SELECT student_id,
            coalesce(max(ordering) FILTER (WHERE is_run AND NOT is_error), '') AS ok_at,
            coalesce(max(ordering) FILTER (WHERE event_type = 'help_stop'), '') AS help_stop_at
        FROM period GROUP BY student_id
    ), folded AS (
        SELECT student_id,
            min(event_time) AS first_event, max(event_time) AS last_event, max(received_at) AS last_seen,
            count(*) AS events,
            count(*) FILTER (WHERE is_run) AS runs,
            count(*) FILTER (WHERE is_error) AS errors,
            count(*) FILTER (WHERE is_error AND ordering > ok_at) AS error_streak,
            (array_agg(error_name ORDER BY ordering DESC) FILTER (WHERE is_error))[1] AS last_error_name,
            (array_agg(event_time ORDER BY ordering)
                FILTER (WHERE event_type = 'help' AND ordering > help_stop_at))[1] AS help_since,
            (array_agg(CASE WHEN is_start THEN event_time END ORDER BY ordering DESC)
                FILTER (WHERE is_run OR is_start))[1] AS running_since,
            (array_agg(notebook_id ORDER BY ordering DESC) FILTER (WHERE notebook_id IS NOT NULL))[1] AS notebook_id,
            (array_agg(cell_id ORDER BY ordering DESC) FILTER (WHERE cell_id IS NOT NULL))[1] AS cell_id,
            (array_agg(cell_index ORDER BY ordering DESC) FILTER (WHERE cell_id IS NOT NULL))[1] AS cell_index
        FROM period JOIN ends USING (student_id) GROUP BY student_id
    )
    SELECT folded.*, students.user_id, progress.revision, progress.user_name, progress.team_name,
        notebooks.path, cells.name
    FROM folded
    JOIN students ON students.id = folded.student_id
    JOIN progress ON progress.student_id = folded.student_id
    LEFT JOIN notebooks ON notebooks.id = folded.notebook_id
    LEFT JOIN cells ON cells.id = folded.cell_id AND cells.notebook_id = folded.notebook_id
    ORDER BY students.user_id
    """
)
_REVISION = text("SELECT revision FROM classes WHERE name = :class_id")
_GRID_AT = text(
    """
    SELECT facts.student_id, facts.cell_id,
        max(cell_index) AS cell_index,
        (array_agg(CASE WHEN NOT is_run THEN 'running' WHEN is_error THEN 'error' ELSE 'ok' END
            ORDER BY ordering DESC))[1] AS status,
        count(*) FILTER (WHERE is_run) AS attempts,
        count(*) FILTER (WHERE is_error) AS errors,
        (array_agg(cell_executions.error_name ORDER BY ordering DESC) FILTER (WHERE is_error))[1] AS last_error_name
    FROM facts
    JOIN notebooks ON notebooks.id = facts.notebook_id AND notebooks.path = :notebook
    JOIN classes ON classes.id = facts.class_id AND classes.name = :class_id
    LEFT JOIN cell_executions ON cell_executions.fact_id = facts.id AND facts.is_error
    WHERE facts.event_time BETWEEN :start AND :at
        AND facts.cell_id IS NOT NULL
        AND (facts.is_run OR facts.event_type = 'cell_started' AND coalesce(facts.cell_type, 'code') = 'code')
        AND (
            CAST(:team AS text) IS NULL
            OR facts.student_id IN (SELECT student_id FROM progress WHERE class_id = classes.id AND team_name = :team)
        )
    GROUP BY facts.student_id, facts.cell_id
    """
)


class PostgresHistory:
    """The methods of the ViewReader port that read the past."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read_class_at(self, class_id: str, start: datetime, at: datetime) -> ClassProgress:
        """See ViewReader.read_class_at."""
        with translated_errors(), self._engine.connect() as connection:
            revision = connection.scalar(_REVISION, {"class_id": class_id})
            rows = connection.execute(_CLASS_AT, {"class_id": class_id, "start": start, "at": at}).all()
        return ClassProgress(class_id, revision or 0, [_to_progress(row) for row in rows])

    def read_grid_at(
        self, class_id: str, notebook_path: str, start: datetime, at: datetime, team_name: str | None = None
    ) -> Grid:
        """See ViewReader.read_grid_at."""
        values = {"class_id": class_id, "notebook": notebook_path, "start": start, "at": at, "team": team_name}
        return grid_of(self._engine, class_id, notebook_path, _GRID_AT, values)


def _to_progress(row: Row[Any]) -> StudentProgress:
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
        notebook_path=row.path,
        cell_id=row.name,
        cell_index=row.cell_index if row.name else None,
    )
