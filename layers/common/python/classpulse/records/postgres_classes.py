"""Delete a class from PostgreSQL, with everything that refers to it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, delete, select, text

from classpulse.core.schema import metadata
from classpulse.core.tables import cell_progress, cells, classes, notebooks, students

# PostgreSQL looks for facts of each cell and notebook that is deleted; storing needs no such index.
_INDEXES = (
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS facts_of_cell_for_deletion ON facts (cell_id)",
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS facts_of_notebook_for_deletion ON facts (notebook_id)",
)
_DROPS = (
    "DROP INDEX CONCURRENTLY IF EXISTS facts_of_cell_for_deletion",
    "DROP INDEX CONCURRENTLY IF EXISTS facts_of_notebook_for_deletion",
)


def erase_class(engine: Engine, class_id: str) -> int:
    """Delete a class; return the number of rows. Tables with a class_id are found in the schema."""
    with _indexed(engine), engine.begin() as connection:
        number = connection.execute(select(classes.c.id).where(classes.c.name == class_id).with_for_update()).scalar()
        if number is None:
            return 0
        of_class = select(students.c.id).where(students.c.class_id == number)
        rows = connection.execute(delete(cell_progress).where(cell_progress.c.student_id.in_(of_class))).rowcount
        for table in reversed(metadata.sorted_tables):
            if table is cells:
                condition = cells.c.notebook_id.in_(select(notebooks.c.id).where(notebooks.c.class_id == number))
            elif "class_id" in table.c:
                condition = table.c.class_id == number
            else:
                continue
            rows += connection.execute(delete(table).where(condition)).rowcount
        return rows + connection.execute(delete(classes).where(classes.c.id == number)).rowcount


@contextmanager
def _indexed(engine: Engine) -> Iterator[None]:
    _run(engine, _INDEXES)
    try:
        yield
    finally:
        _run(engine, _DROPS)


def _run(engine: Engine, statements: tuple[str, ...]) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(select(1))
        # The pool's check of the connection has begun a transaction, in which these statements cannot run.
        connection.rollback()
        for statement in statements:
            connection.execute(text(statement))
