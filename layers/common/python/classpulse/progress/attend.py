"""A teacher does something about a student, and the other teachers of the class see it."""

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
        """Return the student as it is now, None for one who is not known. Raises AlreadyClaimed, TransientError.

        A failure between storing and telling leaves a gap in the revisions, which every dashboard closes by itself.
        """
        student = self.store.attend(class_id, user_id, change, self.clock())
        if student is not None:
            update = Changed(class_id=class_id, revision=student.revision, students=[student])
            self.updates.send([OutboundMessage(update.to_json())])
        return student
