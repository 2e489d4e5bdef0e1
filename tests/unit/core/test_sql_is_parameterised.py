"""No SQL contains interpolated values: every statement is a constant, or built by SQLAlchemy."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SOURCES = sorted([*(ROOT / "layers/common/python").rglob("*.py"), *(ROOT / "functions").rglob("*.py")])
# Composed of constants of ours only, once in each file.
OURS = {
    "postgres.py": "the seconds of a statement's time limit, a number of the caller's code",
    "postgres_grid.py": "one of two statements that are constants",
}
TAKE_SQL = {"text", "execute", "executemany", "exec_driver_sql", "literal_column", "scalar", "scalars"}


def composed(source: str) -> Iterator[int]:
    """Yield the lines of calls that pass an f-string, a sum, a `%` or a `.format()` as SQL."""
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in TAKE_SQL and any(_is_composed(argument) for argument in call.args[:1]):
            yield call.lineno


def _is_composed(argument: ast.expr) -> bool:
    if isinstance(argument, ast.Call):
        return isinstance(argument.func, ast.Attribute) and argument.func.attr in {"format", "join", "replace"}
    return isinstance(argument, ast.JoinedStr) or (
        isinstance(argument, ast.BinOp) and isinstance(argument.op, ast.Add | ast.Mod)
    )


@pytest.mark.parametrize(
    "argument", ["f'SELECT {x}'", "'SELECT ' + x", "'SELECT %s' % x", "'SELECT {}'.format(x)", "' '.join(x)"]
)
def test_the_rule_finds_sql_of_values(argument: str) -> None:
    assert list(composed(f"connection.execute(text({argument}))")) == [1]


def test_all_sql_is_parameterised() -> None:
    assert len(SOURCES) > 50
    found = [path for path in SOURCES for _ in composed(path.read_text())]
    assert sorted(path.name for path in found) == sorted(OURS), found
