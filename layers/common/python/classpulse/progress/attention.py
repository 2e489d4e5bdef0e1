"""What teachers do about a student who needs help: shared between teachers, and not derived from facts.

Who needs help follows from `StudentProgress` and its `Attention`: see need.py.
"""

from classpulse.core.moments import Moment
from classpulse.core.wire import WireModel


class Attention(WireModel):
    """A student's place in the help queue, as teachers set it. Times are by the server's clock.

    `resolved_errors` and `resolved_help` are the student's number of errors and raised hand when a teacher resolved
    the problem: only newer ones count again.
    """

    claimed_by: str | None = None
    claimed_at: Moment | None = None
    snoozed_until: Moment | None = None
    resolved_at: Moment | None = None
    resolved_errors: int = 0
    resolved_help: Moment | None = None
    note: str | None = None


UNATTENDED = Attention()
