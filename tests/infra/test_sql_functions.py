"""The database's functions: one file each, valid, and applied by the migrations."""

import re
import shutil
from pathlib import Path

import pytest
from classpulse.core.migrate import upgrade
from classpulse.core.postgres import make_engine
from sqlalchemy import Connection, text

MIGRATIONS = Path(__file__).parents[2] / "infra" / "migrations"
FILES = {path.stem: path.read_text() for path in (MIGRATIONS / "sql").iterdir()}
DEFINITIONS = text(
    "SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY proname"
)
LATER = '''
"""a class has a motto, and storing sets it"""

from alembic import op
from classpulse.core.sql_functions import replace_functions

revision = "9999"
down_revision = "{before}"


def upgrade() -> None:
    op.execute("ALTER TABLE classes ADD COLUMN motto text")
    replace_functions("insert_facts")
'''


def definitions(connection: Connection) -> dict[str, str]:
    return {row[0]: row[1] for row in connection.execute(DEFINITIONS)}


def test_every_file_defines_the_function_of_its_name_with_a_comment() -> None:
    for name, file in FILES.items():
        assert re.findall(r"^CREATE (.*) FUNCTION (\w+)\(", file, re.MULTILINE) == [("OR REPLACE", name)]
        header = file.partition("CREATE OR REPLACE")[0].splitlines()
        assert all(line.startswith("--") for line in header)
        parameters = re.findall(r"(\w+) [\w\[\]]+", re.findall(r"FUNCTION \w+\(([^)]*)\)", file)[0])
        assert [line for line in parameters if not any(found.startswith(f"-- {line}:") for found in header)] == []
        assert ("RETURNS void" in file) != any(found.startswith("-- Returns ") for found in header)


def test_the_files_are_valid_and_equal_the_functions_of_a_migrated_database(database_url: str) -> None:
    engine = make_engine(database_url, pool_size=1)
    with engine.connect() as connection:
        migrated = definitions(connection)
        assert migrated.keys() == FILES.keys()
        assert connection.execute(text("SHOW check_function_bodies")).scalar_one() == "on"
        for file in FILES.values():
            connection.exec_driver_sql(file)
        assert definitions(connection) == migrated
    engine.dispose()


def test_a_migration_names_each_function_after_those_that_it_calls_or_a_later_one_adds_them() -> None:
    """On a new database, today's function may call one that a later migration creates."""
    created: set[str] = set()
    for path in sorted((MIGRATIONS / "versions").glob("0*.py")):
        source = path.read_text()
        lists = re.findall(r"^FUNCTIONS = \((.*?)\)|replace_functions\((\s*\".*?)\)", source, re.MULTILINE | re.DOTALL)
        names = [name for pair in lists for name in re.findall(r'"(\w+)"', "".join(pair))]
        for place, name in enumerate(names):
            code = re.sub("--.*", "", FILES[name])
            called = {other for other in FILES if other != name and re.search(rf"\b{other}\(", code)}
            assert called & set(names) <= set(names[:place]), (path.name, name)
        created |= set(names)
    assert created == FILES.keys()
    assert re.search(r"\bparse_facts\(", FILES["store_facts"])


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """Migrations with a later one that changes a function in SQL, which then names a column that it adds."""
    folder = shutil.copytree(MIGRATIONS, tmp_path / "migrations")
    newest = max(path.name for path in (MIGRATIONS / "versions").glob("0*.py"))[:4]
    (folder / "versions" / "9999_later.py").write_text(LATER.format(before=newest))
    file = folder / "sql" / "insert_facts.sql"
    file.write_text(file.read_text().replace("$$;", "    UPDATE classes SET motto = 'new';\n$$;"))
    return folder


def test_a_later_migration_changes_a_function_on_an_old_and_on_a_new_database(
    database_url: str, empty_database_url: str, changed: Path
) -> None:
    for url in (database_url, empty_database_url):
        assert upgrade(url, changed) == "9999"
        engine = make_engine(url, pool_size=1)
        with engine.connect() as connection:
            assert "motto" in definitions(connection)["insert_facts"]
        engine.dispose()
