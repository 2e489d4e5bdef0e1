"""The changes that teachers can make to a student's attention, and their effects."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from classpulse.core.errors import AlreadyClaimed
from classpulse.core.wire import WireModel
from classpulse.ingest.events import STORABLE
from classpulse.progress.attention import Attention


class _Change(WireModel):
    model_config = ConfigDict(extra="forbid")


MOST_OF_A_NAME = 64
Teacher = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_OF_A_NAME, pattern=STORABLE)
]


class Claim(_Change):
    """The teacher is going to help. Refused when another teacher has claimed the student."""

    action: Literal["claim"]
    by: Teacher


class Release(_Change):
    """Ends the claim."""

    action: Literal["release"]


class Resolve(_Change):
    """The problem is solved: the student leaves the help queue until a new one arises."""

    action: Literal["resolve"]


class Snooze(_Change):
    """The student leaves the help queue for some minutes."""

    action: Literal["snooze"]
    minutes: Annotated[int, Field(ge=1, le=240)]


class Note(_Change):
    """A note for the other teachers; an empty one deletes it."""

    action: Literal["note"]
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=STORABLE)]


AttentionChange = Annotated[Claim | Release | Resolve | Snooze | Note, Field(discriminator="action")]


def apply_change(
    attention: Attention, change: AttentionChange, *, errors: int, help_since: datetime | None, now: datetime
) -> Attention:
    """Return the attention after a change. Raises AlreadyClaimed.

    errors, help_since: the student's current values, which Resolve records.
    """
    match change:
        case Claim(by=teacher):
            if attention.claimed_by not in (None, teacher):
                raise AlreadyClaimed()
            claimed_at = attention.claimed_at or now
            return attention.model_copy(update={"claimed_by": teacher, "claimed_at": claimed_at, "snoozed_until": None})
        case Release():
            return attention.model_copy(update={"claimed_by": None, "claimed_at": None})
        case Resolve():
            return Attention(resolved_at=now, resolved_errors=errors, resolved_help=help_since, note=attention.note)
        case Snooze(minutes=minutes):
            return attention.model_copy(update={"snoozed_until": now + timedelta(minutes=minutes)})
        case Note(note=note):
            return attention.model_copy(update={"note": note or None})
