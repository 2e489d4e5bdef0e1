"""The error of a failed cell as a Jupyter kernel reports it: ename, evalue and traceback, as IPython 8 formats them.

Source: https://jupyter-client.readthedocs.io/en/stable/messaging.html#execution-errors
"""

from demo.lesson import Mistake

_RED, _GREEN, _PLAIN = "\x1b[0;31m", "\x1b[0;32m", "\x1b[0m"
_RULE = _RED + "-" * 75 + _PLAIN
_SYNTAX_ERRORS = {"SyntaxError", "IndentationError"}
_LINES_AROUND = 2


def error_message(mistake: Mistake) -> str:
    """Return "NameError: name 'totl' is not defined"; a syntax error also names its line."""
    # The kernel writes each cell to a temporary file, named by a hash of its code.
    place = f" ({sum(mistake.code.encode()) * 7919}.py, line {mistake.line})"
    return f"{mistake.error}: {mistake.message}{place if mistake.error in _SYNTAX_ERRORS else ''}"


def traceback(mistake: Mistake, execution_count: int) -> str:
    """Return the traceback that is printed below the cell, with ANSI colours."""
    place = f"{_GREEN}Cell In[{execution_count}], line {mistake.line}{_PLAIN}"
    if mistake.error in _SYNTAX_ERRORS:
        line = mistake.code.splitlines()[mistake.line - 1]
        pointer = " " * (len(line) - len(line.lstrip())) + "^"
        return f"  {place}\n    {line}\n    {pointer}\n{_RED}{mistake.error}{_PLAIN}: {mistake.message}\n"
    title = f"{_RED}{mistake.error}{_PLAIN}{'Traceback (most recent call last)':>{75 - len(mistake.error)}}"
    return f"{_RULE}\n{title}\n{place}\n{_excerpt(mistake)}\n\n{_RED}{mistake.error}{_PLAIN}: {mistake.message}"


def interruption(code: str) -> Mistake:
    """Return the KeyboardInterrupt of a student who stops an endless loop, most likely in its last line."""
    return Mistake(code, "KeyboardInterrupt", "", len(code.splitlines()))


def _excerpt(mistake: Mistake) -> str:
    first = max(1, mistake.line - _LINES_AROUND)
    lines = mistake.code.splitlines()[first - 1 : mistake.line + _LINES_AROUND]
    return "\n".join(
        f"{'---->' if number == mistake.line else '     '} {number} {line}" for number, line in enumerate(lines, first)
    )
