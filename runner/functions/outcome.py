"""What became of an invocation."""

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
    """How long things took, in seconds. init is None for a warm worker; max_memory in bytes, None where not known."""

    duration: float
    init: float | None
    max_memory: int | None = None


class Throttled(Exception):
    """Raise when every worker that the function may have is busy for too long, or it may have none."""
