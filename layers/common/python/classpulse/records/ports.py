"""Where everything about a person can be read, erased and forgotten."""

from datetime import datetime
from typing import Protocol

from classpulse.ingest.batches import Fact


class RecordStore(Protocol):
    """What is kept about students, to be erased or forgotten. Everything raises StoreUnavailable."""

    def facts_of_student(self, class_id: str, user_id: str) -> list[Fact]:
        """Return a student's facts: identity, type, time and notebook of each, and no more."""

    def erase_student(self, class_id: str, user_id: str) -> int:
        """Remove a student with all facts and progress; return how many facts that were."""

    def forget_raw_data(self, before: datetime) -> int:
        """Clear code, output and error messages of what was stored before; return of how many facts."""
