"""Delete a student from PostgreSQL, and the names of cells and notebooks that nobody else has used."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Column, Connection, Table, Text, cast, delete, select, union, update
from sqlalchemy.sql.elements import ColumnElement

from classpulse.core.access_tables import guests, personal_codes, roster, student_tokens
from classpulse.core.record_tables import consents
from classpulse.core.tables import (
    cell_progress,
    cells,
    classes,
    facts,
    notebook_names,
    notebooks,
    progress,
    sessions,
    students,
)

# Every table with a class_id and a user_id, besides `students`, with the column that says since when a row exists.
# A test compares these with the schema. Deleting a token revokes it.
STUDENT_TABLES: dict[Table, Column[Any]] = {
    roster: roster.c.created_at,
    consents: consents.c.created_at,
    guests: guests.c.joined_at,
    personal_codes: personal_codes.c.created_at,
    student_tokens: student_tokens.c.issued_at,
}
ERASED_NAME = "(erased) "


def erase(connection: Connection, class_id: str, user_ids: Collection[str]) -> dict[str, int]:
    """Delete a student by all their ids; return the number of rows by table."""
    # Lock the class first, as storing does, so that no batch of the student is stored meanwhile.
    number = connection.execute(select(classes.c.id).where(classes.c.name == class_id).with_for_update()).scalar()
    deleted = {
        table.name: connection.execute(
            delete(table).where(table.c.class_id == number, table.c.user_id.in_(user_ids))
        ).rowcount
        for table in STUDENT_TABLES
    }
    of_student = select(students.c.id).where(students.c.class_id == number, students.c.user_id.in_(user_ids))
    student_ids = list(connection.execute(of_student).scalars())
    places = connection.execute(
        select(facts.c.notebook_id, facts.c.cell_id).where(facts.c.student_id.in_(student_ids)).distinct()
    ).all()
    for table in (notebook_names, cell_progress, progress, sessions, facts):
        deleted[table.name] = connection.execute(delete(table).where(table.c.student_id.in_(student_ids))).rowcount
    deleted[students.name] = connection.execute(delete(students).where(students.c.id.in_(student_ids))).rowcount
    _forget_names(connection, facts.c.class_id == number, facts.c.notebook_id, [row.notebook_id for row in places])
    _forget_names(connection, facts.c.class_id == number, facts.c.cell_id, [row.cell_id for row in places])
    return {name: rows for name, rows in deleted.items() if rows}


def _forget_names(
    connection: Connection, of_class: ColumnElement[bool], key: Any, keys: Collection[int | None]
) -> None:
    """Replace the names that no other student's fact refers to.

    The rows stay: to delete one, PostgreSQL would search all facts for its key, which has no index.
    """
    table, name = (cells, cells.c.name) if key is facts.c.cell_id else (notebooks, notebooks.c.path)
    wanted = {found for found in keys if found is not None}
    if not wanted:
        return
    still = set(connection.execute(select(key).where(of_class, key.in_(wanted)).distinct()).scalars())
    anonymous = {name.name: ERASED_NAME + cast(table.c.id, Text)}
    connection.execute(update(table).where(table.c.id.in_(wanted - still)).values(anonymous))


def select_user_ids(class_id: str | None) -> Any:
    """Return the statement for (class name, user id) of the students of one class, or of all (None)."""
    wanted = [
        select(classes.c.name, table.c.user_id)
        .join_from(table, classes, classes.c.id == table.c.class_id)
        .where(*(() if class_id is None else (classes.c.name == class_id,)))
        for table in (students, *STUDENT_TABLES)
    ]
    return union(*wanted)
