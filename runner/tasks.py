"""Work that goes on side by side."""

import asyncio
import contextlib
from collections.abc import AsyncIterator


@contextlib.asynccontextmanager
async def together() -> AsyncIterator[asyncio.TaskGroup]:
    """Run tasks side by side; leave when all of them have ended, cancelled ones too, and raise the first failure.

    asyncio.gather() returns at the first task that is cancelled, while the others still unwind.
    """
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None
