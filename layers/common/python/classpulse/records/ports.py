"""The port that reads, erases and clears what is stored about a student."""

from datetime import datetime
from typing import Protocol

from classpulse.ingest.batches import Fact


class RecordStore(Protocol):
    """What is stored about students. Every method raises StoreUnavailable."""

    def facts_of_student(self, class_id: str, user_id: str) -> list[Fact]:
        """Return a student's facts, each with identity, type, time and notebook only."""

    def erase_student(self, class_id: str, user_id: str) -> int:
        """Delete a student with all facts and progress; return the number of facts."""

    def forget_raw_data(self, before: datetime) -> int:
        """Clear code, output and error messages of facts stored before an instant; return the number of facts."""
