"""Pages of events that fit into an answer of Lambda's: 6 MB, with the body written as a string in JSON once more."""

import json
from collections.abc import Iterable
from typing import Any, TypeVar

# An event alone is never larger: what ingest takes at once is 1 MiB.
MOST_BYTES = 5_000_000
C = TypeVar("C")


def page_of(found: Iterable[tuple[C, dict[str, Any]]], limit: int) -> tuple[list[dict[str, Any]], C | None]:
    """Return the first of these (cursor, event), at most `limit`, and the last one's cursor where more follow."""
    events: list[dict[str, Any]] = []
    size, last = 0, None
    for cursor, event in found:
        size += len(json.dumps(json.dumps(event)))
        if events and (len(events) == limit or size > MOST_BYTES):
            return events, last
        events.append(event)
        last = cursor
    return events, None
