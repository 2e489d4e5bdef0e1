"""Students by cells of a notebook. PostgreSQL builds the rows as JSON: 1,000 students have 60,000 cells."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, TextClause, text

from classpulse.core.postgres import translated_errors
from classpulse.progress.model import CellStatus
from classpulse.views.model import Grid, GridColumn, GridRow

# {cells}: student_id, cell_id, cell_index, status, attempts, errors, last_error_name of cells that were started or run.
_GRID = """
    WITH shown AS ({cells}), columns AS (
        SELECT shown.cell_id, cells.name, max(shown.cell_index) AS cell_index,
            row_number() OVER (ORDER BY max(shown.cell_index) NULLS LAST, cells.name) - 1 AS number
        FROM shown JOIN cells ON cells.id = shown.cell_id
        GROUP BY shown.cell_id, cells.name
    ), rows AS (
        SELECT students.user_id, json_agg(
            json_build_array(columns.number, status, attempts, errors, last_error_name) ORDER BY columns.number
        ) AS cells
        FROM shown
        JOIN columns ON columns.cell_id = shown.cell_id
        JOIN students ON students.id = shown.student_id
        GROUP BY students.user_id
    )
    SELECT (SELECT revision FROM classes WHERE name = :class_id) AS revision,
        (SELECT json_agg(json_build_array(name, cell_index) ORDER BY number) FROM columns) AS columns,
        (SELECT json_agg(json_build_array(user_id, cells) ORDER BY user_id) FROM rows) AS rows
"""
NOW = text(
    """
    SELECT cell_progress.student_id, cell_progress.cell_id, cell_progress.cell_index, status, attempts, errors,
        last_error_name
    FROM cell_progress
    JOIN cells ON cells.id = cell_progress.cell_id
    JOIN notebooks ON notebooks.id = cells.notebook_id AND notebooks.path = :notebook
    JOIN classes ON classes.id = notebooks.class_id AND classes.name = :class_id
    WHERE (
            CAST(:team AS text) IS NULL
            OR cell_progress.student_id IN (
                SELECT student_id FROM progress WHERE class_id = classes.id AND team_name = :team
            )
        )
        AND cell_progress.student_id NOT IN (
            SELECT student_id FROM progress
            WHERE class_id = (SELECT id FROM classes WHERE name = :class_id) AND is_teacher
        )
    """
)


def grid_of(engine: Engine, class_id: str, notebook_path: str, cells: TextClause, values: Mapping[str, Any]) -> Grid:
    """Return the grid of the cells that a statement selects; one snapshot gives both revision and cells."""
    with translated_errors(), engine.connect() as connection:
        row = connection.execute(text(_GRID.format(cells=cells.text)), dict(values)).one()
    return Grid(
        class_id=class_id,
        notebook_path=notebook_path,
        revision=row.revision or 0,
        columns=[GridColumn(cell_id=name, cell_index=index) for name, index in row.columns or []],
        rows=[
            GridRow(user_id=user_id, cells=[(cell[0], CellStatus(cell[1]), *cell[2:]) for cell in cells])
            for user_id, cells in row.rows or []
        ],
    )
