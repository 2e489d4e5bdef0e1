"""The ports that all subjects share."""

from datetime import datetime
from typing import Protocol


class Pingable(Protocol):
    """A server whose readiness can be checked."""

    def ping(self) -> None:
        """Return if the server responds. Raises TransientError."""


class Clock(Protocol):
    """Returns the current time."""

    def __call__(self) -> datetime:
        """Return now, in UTC."""
