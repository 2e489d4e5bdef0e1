"""The results of invocations."""

from dataclasses import dataclass

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (synchronous payloads)
MAX_PAYLOAD = 6 * 1024 * 1024


@dataclass(frozen=True)
class Outcome:
    """The handler's answer as JSON, or the error document {"errorMessage", "errorType", …} when failed."""

    payload: bytes
    failed: bool = False


@dataclass(frozen=True)
class Timing:
    """Durations in seconds. init is None for a warm worker; max_memory in bytes, None where it is unknown."""

    duration: float
    init: float | None
    max_memory: int | None = None


class Throttled(Exception):
    """Raise when all workers stay busy for too long, or the function's concurrency is 0."""
