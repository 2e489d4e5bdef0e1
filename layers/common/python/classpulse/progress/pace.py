"""Who is behind: at a cell before the pace of the notebook, the median cell of the students who are active in it.

The SQL function fold_paces() keeps this up to date while events are stored. A replay computes it from its students.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from classpulse.progress.model import StudentProgress
from classpulse.progress.need import BEHIND_AFTER

# A student is active until being behind would start to count.
ACTIVE = BEHIND_AFTER
# Nobody is behind while the class pauses: it ends this long after the newest event of an active student.
COUNTS = timedelta(minutes=8)


@dataclass(frozen=True)
class Pace:
    """The median cell of the active students of a notebook, and when the newest of their events was received."""

    cell: float | None
    at: datetime


def pace_of(students: Iterable[StudentProgress], notebook: str, at: datetime) -> Pace:
    """Return the pace of a notebook at the time of its newest event."""
    active = [
        (student.cell_index, student.last_seen)
        for student in students
        if student.notebook_path == notebook
        and student.cell_index is not None
        and not student.is_teacher
        and student.last_seen >= at - ACTIVE
    ]
    if not active:
        return Pace(None, at)
    return Pace(median(cell for cell, _ in active), max(seen for _, seen in active))


def behind_until(student: StudentProgress, pace: Pace | None) -> datetime | None:
    """Return when being behind stops counting unless the class goes on; None if the student is not behind."""
    if pace is None or pace.cell is None or student.cell_index is None or student.is_teacher:
        return None
    return pace.at + COUNTS if student.cell_index < pace.cell else None


def with_paces(students: Sequence[StudentProgress]) -> list[StudentProgress]:
    """Return the students of a class, each marked as behind or not."""
    by_notebook: dict[str, list[StudentProgress]] = {}
    for student in students:
        if student.notebook_path is not None:
            by_notebook.setdefault(student.notebook_path, []).append(student)
    paces = {
        notebook: pace_of(here, notebook, max(student.last_seen for student in here))
        for notebook, here in by_notebook.items()
    }
    return [_marked(student, paces) for student in students]


def _marked(student: StudentProgress, paces: dict[str, Pace]) -> StudentProgress:
    until = behind_until(student, paces.get(student.notebook_path or ""))
    return student.model_copy(update={"is_behind": until is not None, "behind_until": until})
