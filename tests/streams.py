"""Typed reading of Redis streams."""

from typing import cast

import redis

Entries = list[tuple[str, dict[str, str]]]


def entries_of(client: redis.Redis, stream: str) -> Entries:
    """Return a stream's entries as text; the client must decode responses, which redis-py's types do not express."""
    return cast(Entries, client.xrange(stream))
