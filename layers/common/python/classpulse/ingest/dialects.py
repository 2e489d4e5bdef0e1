"""Foreign dialects: what older and other clients send is translated into the contract, before anything interprets it.

Sources: JupyterLab's NotebookActions.executed, which also reports cells that did not run; jupyterlab-pioneer; the
cell-monitor extension (EventManager.ts), which reports those as successful.
"""

import re
from collections.abc import Iterator
from typing import Any

from classpulse.ingest.error_names import UNNAMED, error_name
from classpulse.ingest.events import CLAIMED_TYPE, EXPECTED_ERROR, SET_BY_INGEST, AbortReason, Event, EventType

# A code cell without code: no kernel receives it. The type is stored and counted, and has no further meaning.
CELL_EMPTY = "cell_empty"
RAISES_EXCEPTION = "raises-exception"

_OF_A_RUN = {EventType.CELL_QUEUED, EventType.CELL_STARTED, EventType.CELL_EXECUTED}
# An exception whose name has no usual ending, such as queue.Empty.
_EXCEPTION = re.compile(r"\s{0,8}(?:[A-Za-z_]\w{0,63}\.){0,8}([A-Z]\w{0,63}):")
# Names of what a client raises for a cell that did not run.
_NO_EXCEPTIONS = (UNNAMED, "KernelReplyNotOK", "Aborted", "Canceled", "Cancelled")
# Python's traceback, and R's message, which has no name.
_FAILURES = ("Traceback", "Error in ")
# JupyterLab's message for a cell that was queued or ran when the kernel restarted.
_CANCELED = ("Canceled future", "Cancelled future")
_LONGEST_MESSAGE = 4096
# Where clients put the metadata of the cell, if it is not the event's own.
_CELL_METADATA = ("cell", "cellMetadata", "cell_metadata", "metadata")


def translate(event: Event, *, has_address: bool) -> Event:
    """Return the event in the contract's own dialect, without the fields that only ingest sets.

    has_address: whether the client sent `emailAddress`, as the cell-monitor extension always does.
    """
    extra = event.model_extra or {}
    if not SET_BY_INGEST.isdisjoint(extra):
        extra = {name: value for name, value in extra.items() if name not in SET_BY_INGEST}
        event = event.replaced({}, extra)
    if event.event_type not in _OF_A_RUN or not event.in_code_cell:
        return event
    claimed = extra | {CLAIMED_TYPE: str(event.event_type)}
    if event.code is not None and not event.code.strip() and not event.has_error:
        return event.replaced({"event_type": CELL_EMPTY}, claimed)
    if event.event_type != EventType.CELL_EXECUTED:
        return event
    if _was_aborted(event) or (has_address and is_like_cell_monitor(event)):
        fields = {"event_type": EventType.CELL_ABORTED.value, "has_error": None, "reason": _reason(event)}
        return event.replaced(fields, claimed)
    if event.has_error and announces_error(event):
        return event.replaced({}, extra | {EXPECTED_ERROR: True})
    return event


def is_like_cell_monitor(event: Event) -> bool:
    """Return whether the cell did not run, if the cell-monitor extension sent this: it counts every run."""
    return (
        event.event_type == EventType.CELL_EXECUTED
        and event.has_error is False
        and event.execution_count is None
        and event.execution_duration_ms is not None
    )


def announces_error(event: Event) -> bool:
    """Return whether the cell has the tag with which a teacher announces that it fails."""
    return any(RAISES_EXCEPTION in tags for tags in _tags(event))


def _tags(event: Event) -> Iterator[list[Any]]:
    """Yield the lists of tags of the event: of the cell's metadata, wherever a client puts them."""
    for place in (event.metadata, event.model_extra):
        for holder in (place, *((place or {}).get(name) for name in _CELL_METADATA)):
            tags = holder.get("tags") if isinstance(holder, dict) else None
            if isinstance(tags, str | list):
                yield [tags] if isinstance(tags, str) else tags


def _was_aborted(event: Event) -> bool:
    return bool(event.has_error) and event.execution_count is None and not _names_exception(event.error_message)


def _names_exception(message: str | None) -> bool:
    """Return whether a message names an exception of the student's code: then the cell ran."""
    if not message:
        return False
    if error_name(message) != UNNAMED or any(text in message for text in _FAILURES):
        return True
    named = _EXCEPTION.match(message[:_LONGEST_MESSAGE])
    return named is not None and not named[1].endswith(_NO_EXCEPTIONS)


def _reason(event: Event) -> AbortReason:
    if event.reason:
        return event.reason
    message = (event.error_message or "")[:_LONGEST_MESSAGE]
    return AbortReason.RESTART if any(text in message for text in _CANCELED) else AbortReason.EARLIER_ERROR
