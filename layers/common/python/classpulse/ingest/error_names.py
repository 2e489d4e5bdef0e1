"""The name and the summary of an error, from the message that a notebook reports."""

import re

UNNAMED = "Error"
MAX_NAME_LENGTH = 100
MAX_SUMMARY_LENGTH = 200

# The name is on one of the first or the last lines; of its line, this many characters are summarised.
MAX_LINES = 100
MAX_SUMMARISED = 4096

# tests/infra/test_patterns.py shows that every pattern takes linear time on any text.
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_NAME = re.compile(r"^\s*([A-Za-z_][\w.]{0,99})(?::|$)")
_ERROR_SUFFIX = re.compile(r"(Error|Exception|Interrupt|Exit|Warning|Iteration)$")

# Text that differs between students: a value at the end, quoted text other than names, paths and numbers.
_VALUE_AT_END = re.compile(r"(:\s*)(?:'[^'\"]*'|\"[^'\"]*\")$")
# The apostrophe in "can't" does not open a quotation.
_QUOTED = re.compile(r"(?<!\w)(?:'([^']*)'|\"([^\"]*)\")")
# Quoted text that is kept: names, and the punctuation in syntax errors.
_KEPT_IN_QUOTES = re.compile(r"[^\W\d][\w.]*|[^\w\s]{1,3}")
_PATHS_AND_NUMBERS = re.compile(
    r"/[\w.@~-]+/[\w.@~/-]+|<ipython-input[^<>]*>|\b0x[0-9A-Fa-f]+\b|(?<![\w.'\"])\d+(?:\.\d+)?(?![\w'\"])"
)


def error_name(message: str | None) -> str:
    """Return `NameError` for "NameError: name 'x' is not defined" or for a traceback that ends with it.

    A traceback names the error on its last line, a bare message on its first; ANSI colours are ignored.
    """
    return _name_and_rest(message)[0]


def error_summary(message: str | None) -> str:
    """Return the message after the name of the error; text that differs between students becomes "…".

    "name 'x' is not defined" stays as it is, as students share names; "index 7 is out of bounds" becomes
    "index … is out of bounds". Empty if the message is only a name.
    """
    summary = " ".join(_name_and_rest(message)[1].split())
    summary = _VALUE_AT_END.sub(r"\1…", summary)
    summary = _QUOTED.sub(_kept_or_dots, summary)
    summary = _PATHS_AND_NUMBERS.sub("…", summary)
    return summary if len(summary) <= MAX_SUMMARY_LENGTH else summary[: MAX_SUMMARY_LENGTH - 1] + "…"


def _kept_or_dots(quoted: re.Match[str]) -> str:
    return quoted[0] if _KEPT_IN_QUOTES.fullmatch(quoted[1] or quoted[2] or "") else "…"


def _name_and_rest(message: str | None) -> tuple[str, str]:
    lines = [line for line in _ANSI.sub("", message or "").splitlines() if line.strip()]
    near = lines if len(lines) <= 2 * MAX_LINES else lines[:MAX_LINES] + lines[-MAX_LINES:]
    for line in reversed(near):
        if (match := _NAME.match(line)) and _ERROR_SUFFIX.search(name := match[1].rsplit(".", 1)[-1]):
            return name[:MAX_NAME_LENGTH], line[match.end() : match.end() + MAX_SUMMARISED]
    return UNNAMED, lines[-1][:MAX_SUMMARISED] if lines else ""
