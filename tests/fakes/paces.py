"""Who is behind, in memory: as fold_paces() stores it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from classpulse.ingest.batches import Fact
from classpulse.progress.model import StudentProgress
from classpulse.progress.pace import COUNTS, Pace, behind_until, pace_of

MEASURED_EVERY = timedelta(seconds=10)


class Paces:
    """The paces of one class's notebooks, and until when each student counts as behind."""

    def __init__(self) -> None:
        self._paces: dict[str, Pace] = {}
        self._until: dict[str, datetime | None] = {}

    def mark(self, student: StudentProgress) -> StudentProgress:
        """Return the student, marked as behind or not."""
        until = self._until.get(student.user_id)
        return student.model_copy(update={"is_behind": until is not None, "behind_until": until})

    def fold(self, fresh: Sequence[Fact], students: Sequence[StudentProgress]) -> set[str]:
        """Take new events into account. Return the user ids of the students who changed."""
        measured = self._measure(fresh, students)
        named = {fact.event.user_id for fact in fresh}
        candidates = [one for one in students if one.user_id in named or one.notebook_path in measured]
        return {student.user_id for student in candidates if self._update(student)}

    def _measure(self, fresh: Sequence[Fact], students: Sequence[StudentProgress]) -> set[str]:
        touched: dict[str, datetime] = {}
        for fact in fresh:
            if path := fact.event.notebook_path:
                touched[path] = max(touched.get(path, fact.received_at), fact.received_at)
        due = {
            path: at
            for path, at in touched.items()
            if path not in self._paces or self._paces[path].at <= at - MEASURED_EVERY
        }
        self._paces |= {path: pace_of(students, path, at) for path, at in due.items()}
        return set(due)

    def _update(self, student: StudentProgress) -> bool:
        before = self._until.get(student.user_id)
        until = behind_until(student, self._paces.get(student.notebook_path or ""))
        renewed = before is not None and until is not None and before < until - COUNTS / 2
        if (before is None) == (until is None) and not renewed:
            return False
        self._until[student.user_id] = until
        return True
