"""The Protocols that every subject needs."""

from datetime import datetime
from typing import Protocol


class Pingable(Protocol):
    """An outside thing that can be asked for a sign of life."""

    def ping(self) -> None:
        """Raises TransientError."""


class Clock(Protocol):
    """The time."""

    def __call__(self) -> datetime:
        """Return now, in UTC."""
