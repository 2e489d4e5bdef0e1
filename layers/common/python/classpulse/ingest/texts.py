"""The texts of an event: output as a terminal would show it, and what is kept of texts that are too long."""

from typing import Any

from pydantic.alias_generators import to_camel

from classpulse.ingest.events import MAX_TEXT_LENGTH, Event
from classpulse.ingest.terminal import fold

_PRINTED = ("result", "error_message")
_TEXTS = ("code", "error_message", "result", "metadata")
_LEFT_OUT = "\n[… {:,} characters left out …]\n"
# The line between the ends has room in it, for any count.
_END = (MAX_TEXT_LENGTH - 64) // 2


def fold_output(event: Event) -> Event:
    """Fold the output and the error message as a terminal does: a progress bar is its last state."""
    folded = {name: new for name in _PRINTED if (old := getattr(event, name)) and (new := fold(old)) is not old}
    return event.replaced(folded, event.model_extra or {}) if folded else event


def truncate_texts(event: Event) -> Event:
    """Truncate each text to MAX_TEXT_LENGTH; the extra field `truncated` names the fields that were longer.

    Both ends are kept: a result and the name of an error are on the last line. Rejecting an event for its long output
    would lose the run.
    """
    extra = event.model_extra or {}
    fields, others = _truncate_each({name: getattr(event, name) for name in _TEXTS}), _truncate_each(extra)
    if not fields and not others:
        return event
    names = sorted([*map(to_camel, fields), *others])
    return event.replaced(fields, extra | others | {"truncated": names})


def _truncate_each(values: dict[str, Any]) -> dict[str, Any]:
    return {name: short for name, value in values.items() if (short := _truncate(value)) is not value}


def _truncate(value: Any) -> Any:
    """Return the same object if no text in it is too long."""
    if isinstance(value, str):
        return value if len(value) <= MAX_TEXT_LENGTH else _both_ends(value)
    if isinstance(value, list):
        items = [_truncate(item) for item in value]
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    if isinstance(value, dict):
        members = {name: _truncate(item) for name, item in value.items()}
        return value if all(members[name] is item for name, item in value.items()) else members
    return value


def _both_ends(text: str) -> str:
    return text[:_END] + _LEFT_OUT.format(len(text) - 2 * _END) + text[-_END:]
