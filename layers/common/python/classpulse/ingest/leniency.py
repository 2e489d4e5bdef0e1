"""Leniency: a bad optional field costs that field, never the run. The receipt names the field and the remedy."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from classpulse.core.privacy_level import PrivacyLevel
from classpulse.core.problems import ErrorCode, Problem
from classpulse.ingest.events import Event

JsonObject = dict[str, Any]

# Levels of nested objects and arrays; the event itself is the first.
MAX_DEPTH = 32

_TEXT = "send a string of at most {} characters"
_COUNT = "send a whole number from 0 to 2147483647"
REMEDIES = {
    "eventId": "send a string of 1 to 128 characters, the same on every retry",
    "eventType": "send a string of 1 to 64 characters, such as cell_executed",
    "eventTime": "send an RFC 3339 time with a zone from 1970 to 2199, such as 2026-01-31T09:00:00Z",
    "userId": "send a string of 1 to 256 characters",
    "userName": _TEXT.format(256),
    "teamName": _TEXT.format(256),
    "sessionId": _TEXT.format(256),
    "classId": _TEXT.format(128),
    "notebookPath": _TEXT.format(512),
    "oldPath": _TEXT.format(512),
    "cellId": _TEXT.format(256),
    "runId": _TEXT.format(256),
    "cellIndex": _COUNT,
    "cellType": "send code, markdown or raw",
    "code": "send a string",
    "executionCount": _COUNT,
    "hasError": "send true or false",
    "errorMessage": "send a string",
    "result": "send a string",
    "reason": "send earlier_error, restart, interrupt or kernel_death",
    "executionDurationMs": "send a number of milliseconds, 0 or more",
    "metadata": "send a JSON object",
    "sentAt": "send the time of sending, as eventTime is written",
    "consent": "send full, errors, hash or presence",
}
ALIASES = {"emailAddress": "userId", "oldNotebookPath": "oldPath"}
# Without its class, an event would go to another class.
_STRICT = {"eventId", "eventType", "eventTime", "userId", "emailAddress", "classId"}
OPTIONAL = (REMEDIES.keys() | ALIASES.keys()) - _STRICT
# The texts of which nbformat and Jupyter's messages make lists of lines.
_LINES = {"code", "errorMessage", "result"}
# str.splitlines(), which nbformat uses, ends a line at each of these.
_LINE_ENDS = tuple("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
_IGNORED = "{}: is not valid and was ignored; {}"
_AS_PRESENCE = "consent: is not valid and was taken as presence; " + REMEDIES["consent"]
_NOT_PLAIN = (
    "{}: is nested too deeply, or holds NaN or an infinite number, and was ignored; "
    f"send plain JSON of at most {MAX_DEPTH} levels"
)
# Of one event: a client may invent any number of fields.
_MOST_WARNINGS = 32
_LONGEST_NAME = 64


@dataclass(frozen=True)
class FieldWarning:
    """A field of an accepted event that was ignored; index: the event's place in the POST."""

    index: int
    event_id: str | None
    field: str
    problem: Problem


class NotPlain(ValueError):
    """Raise when a required field is nested too deeply, or holds NaN or an infinite number."""


def parse_leniently(item: JsonObject, parse: Callable[[JsonObject], Event]) -> tuple[Event, dict[str, Problem]]:
    """Return the event, and why its optional fields were ignored, by their names.

    parse: validates an object. Raises NotPlain, and ValidationError if a required field is missing or not valid.
    """
    lenient = _Lenient(item)
    while True:
        try:
            return parse(lenient.item), lenient.ignored
        except ValidationError as error:
            names = {str(one["loc"][0]) for one in error_details(error) if one["loc"]}
            if not names or not names <= OPTIONAL:
                raise
            # Each round takes a bad value out of the item.
            for name in names:
                lenient.ignore(name)


def error_details(error: ValidationError) -> list[ErrorDetails]:
    """Return what is wrong, without the values that were sent."""
    return error.errors(include_url=False, include_context=False, include_input=False)


class _Lenient:
    """An item on its way to an event. ignored: the problems of the fields that cost nothing but themselves."""

    def __init__(self, item: JsonObject) -> None:
        self.ignored: dict[str, Problem] = {}
        self.item = {name: _joined(value) if name in _LINES else value for name, value in item.items()}
        for name in _absent(self.item):
            del self.item[name]
        # Beside a `userId`, an address is one more unknown field.
        strict = _STRICT - {"emailAddress"} if "userId" in self.item else _STRICT
        for name in [name for name, value in self.item.items() if not _is_plain(value)]:
            if name in strict:
                raise NotPlain(name)
            self.ignore(name, _NOT_PLAIN)

    def ignore(self, name: str, text: str = _IGNORED) -> None:
        """Take a field out of the item. A mistake in `consent` must not publish more than the student wants."""
        if name == "consent":
            self.item[name], text = PrivacyLevel.PRESENCE.value, _AS_PRESENCE
        else:
            del self.item[name]
        known = ALIASES.get(name, name)
        text = text.format(name if known in REMEDIES else "unknown field", REMEDIES.get(known, ""))
        if len(self.ignored) < _MOST_WARNINGS:
            self.ignored[name[:_LONGEST_NAME]] = Problem(ErrorCode.FIELD_IGNORED, text)


def _absent(item: JsonObject) -> list[str]:
    """Return the fields without a value; `userId` is one beside an `emailAddress`, and `oldPath` beside its alias."""
    names = [name for name in OPTIONAL - _LINES if item.get(name, 0) in ("", None) and name in item]
    has_address = isinstance(item.get("emailAddress"), str) and item["emailAddress"]
    if "userId" in item and (item["userId"] is None or (item["userId"] == "" and has_address)):
        names.append("userId")
    return names


def _joined(value: Any) -> Any:
    """Return the text of a list of lines; nbformat keeps the line ends, a traceback has none."""
    if not isinstance(value, list) or not all(isinstance(line, str) for line in value):
        return value
    return ("" if all(line.endswith(_LINE_ENDS) for line in value[:-1]) else "\n").join(value)


def _is_plain(value: Any, levels: int = MAX_DEPTH - 1) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if not isinstance(value, dict | list):
        return True
    inner = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_is_plain(item, levels - 1) for item in inner)
