"""A class at a past instant: the fold of progress/model.py in SQL, over the events of a period."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Row, text

from classpulse.core.postgres import translated_errors
from classpulse.ingest.events import ordering_from
from classpulse.progress.model import StudentProgress
from classpulse.progress.pace import with_paces
from classpulse.progress.ports import ClassProgress
from classpulse.views.model import Grid
from classpulse.views.postgres_grid import grid_of

# `ends`: the error streak counts from the last success. The rest is one pass.
_CLASS_AT = text(
    """
    WITH period AS (
        SELECT facts.*, cell_executions.error_name
        FROM facts
        JOIN classes ON classes.id = facts.class_id AND classes.name = :class_id
        LEFT JOIN cell_executions ON cell_executions.fact_id = facts.id AND facts.is_error
        WHERE facts.event_time BETWEEN :start AND :at
    ), ends AS (
        SELECT student_id, coalesce(max(ordering) FILTER (WHERE is_run AND outcome IN ('ok', 'expected')), '') AS ok_at
        FROM period GROUP BY student_id
    ), folded AS (
        SELECT student_id,
            min(event_time) AS first_event, max(event_time) AS last_event, max(received_at) AS last_seen,
            count(*) AS events,
            count(*) FILTER (WHERE is_run) AS runs,
            count(*) FILTER (WHERE is_error) AS errors,
            count(*) FILTER (WHERE is_error AND ordering > ok_at) AS error_streak,
            (array_agg(error_name ORDER BY ordering DESC) FILTER (WHERE is_error))[1] AS last_error_name
        FROM period JOIN ends USING (student_id) GROUP BY student_id
    )
    SELECT folded.*, hand.since AS help_since, hand.until AS help_until, place.cell_index,
        CASE WHEN open_run.status = 'running' THEN open_run.since END AS running_since,
        CASE WHEN open_run.status = 'waiting' THEN open_run.since END AS waiting_since,
        students.user_id, progress.revision, progress.user_name, progress.team_name, progress.is_teacher,
        notebooks.path, cells.name
    FROM folded
    JOIN students ON students.id = folded.student_id
    JOIN progress ON progress.student_id = folded.student_id
    LEFT JOIN open_runs_between(:class_id, :start, :at) AS open_run
        ON open_run.student_id = folded.student_id AND open_run.is_newest_kernel AND open_run.rank = 1
    LEFT JOIN LATERAL hand_of(folded.student_id, :first, :last) AS hand ON true
    LEFT JOIN LATERAL place_of(folded.student_id, :first, :last) AS place ON true
    LEFT JOIN notebooks ON notebooks.id = place.notebook_id
    LEFT JOIN cells ON cells.id = place.cell_id AND cells.notebook_id = place.notebook_id
    ORDER BY students.user_id
    """
)
_REVISION = text("SELECT revision FROM classes WHERE name = :class_id")
_GRID_AT = text(
    """
    WITH open_run AS MATERIALIZED (SELECT * FROM open_runs_between(:class_id, :start, :at)), turns AS (
        SELECT facts.student_id, facts.cell_id,
            max(cell_index) AS cell_index,
            (array_agg(CASE outcome WHEN 'expected' THEN 'ok' ELSE outcome END ORDER BY ordering DESC)
                FILTER (WHERE is_run))[1] AS outcome,
            count(*) FILTER (WHERE is_run) AS attempts,
            count(*) FILTER (WHERE is_error) AS errors,
            (array_agg(cell_executions.error_name ORDER BY ordering DESC) FILTER (WHERE is_error))[1] AS last_error_name
        FROM facts
        JOIN notebooks ON notebooks.id = facts.notebook_id AND notebooks.path = :notebook
        JOIN classes ON classes.id = facts.class_id AND classes.name = :class_id
        LEFT JOIN cell_executions ON cell_executions.fact_id = facts.id AND facts.is_error
        WHERE facts.event_time BETWEEN :start AND :at
            AND facts.cell_id IS NOT NULL
            AND (
                facts.outcome IS NOT NULL
                OR facts.event_type IN ('cell_queued', 'cell_started', 'cell_waiting')
                    AND coalesce(facts.cell_type, 'code') = 'code'
            )
            AND (
                CAST(:team AS text) IS NULL
                OR facts.student_id IN (
                    SELECT student_id FROM progress WHERE class_id = classes.id AND team_name = :team
                )
            )
            AND facts.student_id NOT IN (
                SELECT student_id FROM progress
                WHERE class_id = (SELECT id FROM classes WHERE name = :class_id) AND is_teacher
            )
        GROUP BY facts.student_id, facts.cell_id
    )
    SELECT turns.student_id, turns.cell_id, turns.cell_index, turns.attempts, turns.errors, turns.last_error_name,
        coalesce(
            (
                SELECT status FROM open_run
                WHERE open_run.student_id = turns.student_id AND open_run.cell_id = turns.cell_id
                ORDER BY rank LIMIT 1
            ),
            outcome, 'aborted'
        ) AS status
    FROM turns
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
            values = {"class_id": class_id, "start": start, "at": at}
            period = {"first": ordering_from(start), "last": ordering_from(at + timedelta(microseconds=1))}
            rows = connection.execute(_CLASS_AT, values | period).all()
        return ClassProgress(class_id, revision or 0, with_paces([_to_progress(row) for row in rows]))

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
        help_until=row.help_until,
        running_since=row.running_since,
        waiting_since=row.waiting_since,
        notebook_path=row.path,
        cell_id=row.name,
        cell_index=row.cell_index if row.name else None,
        is_teacher=row.is_teacher,
    )
