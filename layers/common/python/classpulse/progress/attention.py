"""What teachers do about a student who needs help: shared between teachers, and not derived from facts.

Who needs help follows from `StudentProgress` and its `Attention`; dashboards apply this rule in one module,
dashboard/src/state/need.ts. A student needs help who sent an event within two hours, is not snoozed, and has a reason:

- hand: `help_since` is set and differs from `resolved_help`. A hand that was up when it was resolved is settled, until
  it goes down and up again.
- streak: three failed runs in a row, counting only errors since it was resolved: the smaller of `error_streak` and
  `errors - resolved_errors`.
- running: a cell has been running for 30 seconds.
- behind: no event for eight minutes, at a cell before the one in the middle of the class.

Resolving settles the last two until an event arrives after `resolved_at`. A claim settles nothing: it says who is on
the way. Until `snoozed_until` no reason counts; afterwards, all that are still true count again.
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
