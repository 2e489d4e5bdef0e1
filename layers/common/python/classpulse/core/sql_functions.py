"""The database's own functions: infra/migrations/sql/<name>.sql holds the one current definition of each.

A migration that changes functions changes their files and calls `replace_functions()` with their names; nobody copies a
function. On a new database every migration, the first one too, finds today's files. For a migration this means:

- It calls none of these functions itself: today's function may need columns that a later migration adds.
- It keeps a function's parameters and answer. A function that needs others gets a new name. A later migration drops the
  old one, and removes its file and its name from the migrations before.
- The types of a function's parameters and answer exist before the first migration that creates the function.
"""

from pathlib import Path

from alembic import op


def replace_functions(*names: str) -> None:
    """Create these functions as their files define them, or replace them; name a function after those that it calls.

    The bodies are not checked: on a new database an early migration creates today's function, which may use a column
    that a later migration adds, and PostgreSQL would refuse the body of a function in SQL. A test runs the files with
    the check on the complete schema.
    """
    config = op.get_context().config
    assert config is not None
    folder = Path(config.get_main_option("script_location", "")) / "sql"
    connection = op.get_bind()
    connection.exec_driver_sql("SET LOCAL check_function_bodies = off")
    for name in names:
        connection.exec_driver_sql((folder / f"{name}.sql").read_text(encoding="utf-8"))
    connection.exec_driver_sql("SET LOCAL check_function_bodies TO DEFAULT")
