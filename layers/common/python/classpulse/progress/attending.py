"""What teachers can do about a student, and what each makes of it."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from classpulse.core.errors import AlreadyClaimed
from classpulse.ingest.events import STORABLE
from classpulse.progress.attention import Attention


class _Change(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True, extra="forbid")


MOST_OF_A_NAME = 64
Teacher = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_OF_A_NAME, pattern=STORABLE)
]


class Claim(_Change):
    """I go there. Refused when somebody else does already."""

    action: Literal["claim"]
    by: Teacher


class Release(_Change):
    """Nobody goes there any more."""

    action: Literal["release"]


class Resolve(_Change):
    """What was wrong is no longer: out of the queue until something new comes."""

    action: Literal["resolve"]


class Snooze(_Change):
    """Out of the queue for some minutes."""

    action: Literal["snooze"]
    minutes: Annotated[int, Field(ge=1, le=240)]


class Note(_Change):
    """A word for the other teachers; an empty one takes it away."""

    action: Literal["note"]
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=STORABLE)]


AttentionChange = Annotated[Claim | Release | Resolve | Snooze | Note, Field(discriminator="action")]


def changed(
    known: Attention, change: AttentionChange, *, errors: int, help_since: datetime | None, now: datetime
) -> Attention:
    """Return what a change makes of it, for a student with so many errors and a hand up since then.

    Raises AlreadyClaimed.
    """
    match change:
        case Claim(by=teacher):
            if known.claimed_by not in (None, teacher):
                raise AlreadyClaimed()
            claimed_at = known.claimed_at or now
            return known.model_copy(update={"claimed_by": teacher, "claimed_at": claimed_at, "snoozed_until": None})
        case Release():
            return known.model_copy(update={"claimed_by": None, "claimed_at": None})
        case Resolve():
            return Attention(resolved_at=now, resolved_errors=errors, resolved_help=help_since, note=known.note)
        case Snooze(minutes=minutes):
            return known.model_copy(update={"snoozed_until": now + timedelta(minutes=minutes)})
        case Note(note=note):
            return known.model_copy(update={"note": note or None})
