"""The name of an error, out of whatever a notebook reports as its message."""

import re

UNNAMED = "Error"
LONGEST = 100

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_NAME = re.compile(r"^\s*([A-Za-z_][\w.]{0,99})(?::|$)")
_TELLING = re.compile(r"(Error|Exception|Interrupt|Exit|Warning|Iteration)$")


def error_name(message: str | None) -> str:
    """Return `NameError` for "NameError: name 'x' is not defined" or for a traceback that ends so.

    A traceback names the error on its last line, a bare message on its first; ANSI colours are ignored.
    """
    lines = [line for line in _ANSI.sub("", message or "").splitlines() if line.strip()]
    names = [match[1].rsplit(".", 1)[-1] for line in reversed(lines) if (match := _NAME.match(line))]
    telling = [name for name in names if _TELLING.search(name)]
    return (telling or [UNNAMED])[0][:LONGEST]
