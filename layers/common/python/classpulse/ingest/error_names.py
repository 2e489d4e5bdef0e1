"""The name and the gist of an error, out of whatever a notebook reports as its message."""

import re

UNNAMED = "Error"
LONGEST = 100
LONGEST_SUMMARY = 200

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_NAME = re.compile(r"^\s*([A-Za-z_][\w.]{0,99})(?::|$)")
_TELLING = re.compile(r"(Error|Exception|Interrupt|Exit|Warning|Iteration)$")


# What differs from student to student: a value at the end, any text in quotes that is no name, places and numbers.
_VALUE_AT_END = re.compile(r"(:\s*)(['\"])[^'\"]*\2$")
# The apostrophe of "can't" opens nothing.
_QUOTED = re.compile(r"(?<!\w)(['\"])(.*?)\1")
# Names, and the brackets and signs of syntax errors.
_KEPT = re.compile(r"[^\W\d][\w.]*|[^\w\s]{1,3}")
_DIFFERING = re.compile(
    r"(?:/[\w.@~-]+){2,}|<ipython-input[^>]*>|\b0x[0-9A-Fa-f]+\b|(?<![\w.'\"])\d+(?:\.\d+)?(?![\w'\"])"
)


def error_name(message: str | None) -> str:
    """Return `NameError` for "NameError: name 'x' is not defined" or for a traceback that ends so.

    A traceback names the error on its last line, a bare message on its first; ANSI colours are ignored.
    """
    return _name_and_rest(message)[0]


def error_summary(message: str | None) -> str:
    """Return what the error says after its name, without what differs from student to student.

    "name 'x' is not defined" stays as it is, as students share names; "index 7 is out of bounds" becomes
    "index … is out of bounds". Empty where the message says no more than the name.
    """
    summary = " ".join(_name_and_rest(message)[1].split())
    summary = _VALUE_AT_END.sub(r"\1…", summary)
    summary = _QUOTED.sub(lambda quoted: quoted[0] if _KEPT.fullmatch(quoted[2]) else "…", summary)
    summary = _DIFFERING.sub("…", summary)
    return summary if len(summary) <= LONGEST_SUMMARY else summary[: LONGEST_SUMMARY - 1] + "…"


def _name_and_rest(message: str | None) -> tuple[str, str]:
    lines = [line for line in _ANSI.sub("", message or "").splitlines() if line.strip()]
    for line in reversed(lines):
        if (match := _NAME.match(line)) and _TELLING.search(name := match[1].rsplit(".", 1)[-1]):
            return name[:LONGEST], line[match.end() :]
    return UNNAMED, lines[-1] if lines else ""
