"""Concurrent tasks."""

import asyncio
import contextlib
from collections.abc import AsyncIterator


@contextlib.asynccontextmanager
async def together() -> AsyncIterator[asyncio.TaskGroup]:
    """Run tasks concurrently; return when all of them have ended, and raise the first failure.

    asyncio.gather() returns when the first task is cancelled, while the others still run their cleanup.
    """
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None
