"""Apply a teacher's change to a student's attention, and update the dashboards of the class."""

from dataclasses import dataclass

from classpulse.core.ports import Clock
from classpulse.progress.attending import AttentionChange
from classpulse.progress.model import StudentProgress
from classpulse.progress.ports import AttentionStore
from classpulse.progress.updates import Changed
from classpulse.queues.ports import OutboundMessage, Queue


@dataclass(frozen=True)
class Attend:
    """The use case behind the help queue's buttons."""

    store: AttentionStore
    updates: Queue
    clock: Clock

    def __call__(self, class_id: str, user_id: str, change: AttentionChange) -> StudentProgress | None:
        """Return the student's progress after the change; None if unknown. Raises AlreadyClaimed, TransientError.

        If sending the update fails, the revisions have a gap, which dashboards detect and fill.
        """
        student = self.store.attend(class_id, user_id, change, self.clock())
        if student is not None:
            update = Changed(class_id=class_id, revision=student.revision, students=[student])
            self.updates.send([OutboundMessage(update.to_json())])
        return student
