import ast
import io
from contextlib import redirect_stdout

import pytest
from classpulse.ingest.error_names import error_name

from demo.kernel import error_message, interruption, traceback
from demo.lesson import ANSWER, LESSON, Cell, Mistake

CELLS = [cell for cell in LESSON if not cell.markdown]
MISTAKES = [
    pytest.param(cell, mistake, id=mistake.message)
    for cell in CELLS
    for mistake in (*cell.mistakes, *([cell.on_purpose] if cell.on_purpose else []))
]


def run(code: str, names: dict[str, object]) -> str:
    """Return the output that Jupyter would show: printed text and the last expression."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(tree, "cell", "exec"), names)
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), names) if isinstance(last, ast.Expr) else None
    return (printed.getvalue() + ("" if value is None else repr(value))).rstrip("\n")


def names_before(cell: Cell) -> dict[str, object]:
    names: dict[str, object] = {"input": lambda _question: ANSWER}
    for earlier in CELLS[: CELLS.index(cell)]:
        if not earlier.on_purpose:
            run(earlier.code, names)
    return names


def line_of(error: BaseException) -> int | None:
    if isinstance(error, SyntaxError):
        return error.lineno
    lines = []
    frame = error.__traceback__
    while frame:
        lines += [frame.tb_lineno] if frame.tb_frame.f_code.co_filename == "cell" else []
        frame = frame.tb_next
    return lines[-1]


@pytest.mark.parametrize("cell", [cell for cell in CELLS if not cell.on_purpose], ids=lambda cell: cell.cell_id)
def test_a_cell_gives_its_result(cell: Cell) -> None:
    assert run(cell.code, names_before(cell)) == cell.result


@pytest.mark.parametrize(("cell", "mistake"), MISTAKES)
def test_a_mistake_raises_its_error(cell: Cell, mistake: Mistake) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011
        run(mistake.code, names_before(cell))
    said = caught.value.msg if isinstance(caught.value, SyntaxError) else str(caught.value)
    assert (type(caught.value).__name__, said) == (mistake.error, mistake.message)
    if "never closed" not in said:
        assert line_of(caught.value) == mistake.line


@pytest.mark.parametrize(("cell", "mistake"), MISTAKES)
def test_classpulse_finds_the_name_of_the_error(cell: Cell, mistake: Mistake) -> None:
    assert error_name(error_message(mistake)) == mistake.error
    assert error_name(traceback(mistake, 7)) == mistake.error


def test_a_traceback_points_at_the_line() -> None:
    shown = traceback(Mistake("total = 0\ntotl", "NameError", "name 'totl' is not defined", 2), 4)
    assert "Cell In[4], line 2" in shown
    assert "\n      1 total = 0\n----> 2 totl\n" in shown


def test_a_syntax_error_names_its_line() -> None:
    mistake = Mistake("for mark in marks\n    pass", "SyntaxError", "expected ':'")
    assert error_message(mistake).startswith("SyntaxError: expected ':' (")
    assert error_message(mistake).endswith(".py, line 1)")


def test_stopping_a_loop_is_an_interrupt() -> None:
    stopped = interruption("while True:\n    pass")
    assert error_name(error_message(stopped)) == "KeyboardInterrupt"
    assert "----> 2     pass" in traceback(stopped, 1)


def test_a_progress_bar_overwrites_its_line() -> None:
    (bar,) = (cell for cell in CELLS if cell.slow)
    assert bar.result.count("\r") > 40
    assert bar.result.endswith("\ndone")
