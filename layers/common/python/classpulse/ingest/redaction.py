"""Redaction of secrets that students paste into code; secret_kinds.py has their kinds.

Only the patterns whose hints a text contains are tried on it: most cells contain few.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from classpulse.ingest.secret_kinds import (
    BY_FORM,
    BY_NAME,
    LONGEST_NAMED,
    NAME_STEMS,
    NAMED_KEY,
    REDACTED,
    SECRETS,
    Secret,
)

__all__ = ["REDACTED", "SECRETS", "redact", "redact_all"]


def _hints(secrets: Sequence[Secret]) -> list[tuple[str, int]]:
    return [(hint, index) for index, secret in enumerate(secrets) for hint in secret.hints]


_FORM_HINTS, _NAME_HINTS = _hints(BY_FORM), _hints(BY_NAME)
_STEMS = re.compile("|".join(NAME_STEMS), re.IGNORECASE)
# A window of this size saves nothing.
_SHORT = 2 * LONGEST_NAMED
# The longest beginning of a line that a pattern looks at.
_LONGEST_BEFORE = 300
# A shorter value of a key such as `token` is a flag or a count.
_SHORTEST_VALUE = 4


def redact(text: str) -> str:
    """Return the text with each secret replaced by REDACTED."""
    lowered = text.lower()
    for index in sorted({index for hint, index in _FORM_HINTS if hint in lowered}):
        text = BY_FORM[index].redact(text)
    if not any(stem in lowered for stem in NAME_STEMS):
        return text
    if len(text) <= _SHORT:
        return _redact_named(text)
    # A long output is mostly numbers: these patterns are tried near the names only.
    done, parts = 0, []
    for start, end in _windows(text):
        parts += [text[done:start], _redact_named(text[start:end])]
        done = end
    return "".join([*parts, text[done:]])


def _redact_named(text: str) -> str:
    lowered = text.lower()
    for index in sorted({index for hint, index in _NAME_HINTS if hint in lowered}):
        text = BY_NAME[index].redact(text)
    return text


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Yield the parts of a text that are near names: from the start of the line to the end of the longest value."""
    start = end = -1
    for match in _STEMS.finditer(text):
        begin = max(text.rfind("\n", 0, match.start()) + 1, match.start() - _LONGEST_BEFORE)
        if begin > end:
            if end >= 0:
                yield start, end
            start = begin
        end = match.start() + LONGEST_NAMED
    if end >= 0:
        yield start, end


def redact_all(value: Any) -> Any:
    """Return a JSON value with the secrets in all its strings redacted; field names stay.

    The text of a key such as `DB_PASSWORD` is a secret, whatever it looks like.
    """
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, list):
        return [redact_all(item) for item in value]
    if isinstance(value, dict):
        return {name: REDACTED if _is_secret(name, item) else redact_all(item) for name, item in value.items()}
    return value


def _is_secret(name: str, value: Any) -> bool:
    return isinstance(value, str) and len(value) >= _SHORTEST_VALUE and NAMED_KEY.fullmatch(name) is not None
