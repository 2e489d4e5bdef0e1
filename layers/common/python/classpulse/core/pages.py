"""Pages of events that fit into a Lambda response: at most 6 MB, in which the JSON body is escaped as a string."""

import json
from collections.abc import Iterable
from typing import Any, TypeVar

# A single event always fits: ingest accepts at most 1 MiB per request.
MAX_PAGE_BYTES = 5_000_000
C = TypeVar("C")


def page_of(rows: Iterable[tuple[C, dict[str, Any]]], limit: int) -> tuple[list[dict[str, Any]], C | None]:
    """Return the first page of the (cursor, event) rows, at most `limit` events, and its last cursor if more follow."""
    events: list[dict[str, Any]] = []
    size, last = 0, None
    for cursor, event in rows:
        size += len(json.dumps(json.dumps(event)))
        if events and (len(events) == limit or size > MAX_PAGE_BYTES):
            return events, last
        events.append(event)
        last = cursor
    return events, None
