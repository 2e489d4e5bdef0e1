"""Redis streams as the tests read them."""

from typing import cast

import redis

Entries = list[tuple[str, dict[str, str]]]


def entries_of(client: redis.Redis, stream: str) -> Entries:
    """Return a stream's entries, from a client that decodes responses: redis-py's types know only that some do."""
    return cast(Entries, client.xrange(stream))
