"""What a notebook reports: one immutable event, as it stands on the wire and as a typed object."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AliasChoices,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
)
from pydantic.alias_generators import to_camel

from classpulse.core.moments import rfc3339
from classpulse.core.privacy_level import PrivacyLevel

# How far a student's clock may be ahead of ours.
MOST_AHEAD = timedelta(minutes=5)
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST_YEAR = 2199
# Of code, an error message, a result, and each text in metadata or in a field that the contract does not name.
LONGEST_TEXT = 262_144
# No PostgreSQL text can hold U+0000; events have theirs replaced, anything else that names one is refused.
STORABLE = r"^[^\x00]*$"


class EventType(StrEnum):
    """The event types with a meaning; any other is stored as a fact and counted."""

    CELL_STARTED = "cell_started"
    CELL_EXECUTED = "cell_executed"
    NOTEBOOK_OPENED = "notebook_opened"
    NOTEBOOK_SAVED = "notebook_saved"
    NOTEBOOK_CLOSED = "notebook_closed"
    HELP = "help"
    HELP_STOP = "help_stop"


class CellType(StrEnum):
    """Jupyter's cell types."""

    CODE = "code"
    MARKDOWN = "markdown"
    RAW = "raw"


def _only_rfc3339(value: object) -> object:
    # Pydantic would also take a number, or digits, as seconds since 1970.
    if isinstance(value, str) and len(value) >= 20 and value[4] == value[7] == "-" and value[10] in "Tt":
        return value
    raise ValueError("not RFC 3339")


def _to_utc(value: datetime) -> datetime:
    if EARLIEST.year <= value.year <= LATEST_YEAR and value >= EARLIEST:
        return value.astimezone(UTC)
    raise ValueError("out of range")


def _empty_is_none(value: str | None) -> str | None:
    return value or None


EventTime = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_only_rfc3339), AfterValidator(_to_utc)]
Name = Annotated[str | None, Field(max_length=256), AfterValidator(_empty_is_none)]
Count = Annotated[int | None, Field(ge=0, le=2_147_483_647)]


class Event(BaseModel):
    """One event of the wire contract; fields that it does not name are kept as they came (`model_extra`)."""

    model_config = ConfigDict(alias_generator=to_camel, extra="allow", frozen=True, strict=True, allow_inf_nan=False)

    event_id: Annotated[str, Field(min_length=1, max_length=128, description="the idempotency key")]
    event_type: Annotated[
        str,
        Field(
            min_length=1,
            max_length=64,
            examples=list(EventType),
            description="an unknown type is kept as a fact",
        ),
    ]
    event_time: Annotated[EventTime, Field(description="RFC 3339 with zone")]
    user_id: Annotated[
        str,
        Field(
            min_length=1,
            max_length=256,
            validation_alias=AliasChoices("userId", "emailAddress"),
            serialization_alias="userId",
            description="`emailAddress` is accepted as another name for it",
        ),
    ]
    user_name: Name = None
    team_name: Name = None
    session_id: Name = None
    class_id: Annotated[str | None, Field(max_length=128), AfterValidator(_empty_is_none)] = None
    notebook_path: Annotated[str | None, Field(max_length=512), AfterValidator(_empty_is_none)] = None
    cell_id: Name = None
    cell_index: Count = None
    cell_type: Annotated[CellType | None, Field(strict=False)] = None
    code: str | None = None
    execution_count: Count = None
    has_error: bool | None = None
    error_message: str | None = None
    result: str | None = None
    execution_duration_ms: Annotated[float | None, Field(ge=0)] = None
    metadata: dict[str, Any] | None = None
    consent: Annotated[
        PrivacyLevel | None,
        Field(
            strict=False, description="what may be kept of this event; the stricter of it and the class's level counts"
        ),
    ] = None

    def replaced(self, fields: dict[str, Any], extra: dict[str, Any]) -> "Event":
        """Return the event with other values, and with exactly these fields besides the named ones.

        model_copy() would take an extra field called `user_id` for the student's id.
        """
        changed = self.model_copy(update=fields)
        object.__setattr__(changed, "__pydantic_extra__", extra)
        return changed

    @property
    def in_code_cell(self) -> bool:
        """Rendering a Markdown cell is no run; an event that does not say counts as code."""
        return self.cell_type in (None, CellType.CODE)

    @property
    def is_run(self) -> bool:
        """A code cell has ended."""
        return self.event_type == EventType.CELL_EXECUTED and self.in_code_cell

    @property
    def is_start(self) -> bool:
        """A code cell has begun."""
        return self.event_type == EventType.CELL_STARTED and self.in_code_cell

    @property
    def is_error(self) -> bool:
        """A code cell has ended with an error."""
        return self.is_run and bool(self.has_error)

    @property
    def ordering(self) -> str:
        """Sorts a student's events by event time; the event id settles a tie, so that every reader agrees."""
        return f"{ordering_from(self.event_time)}-{self.event_id}"


def ordering_from(time: datetime) -> str:
    """Return what the orderings of events before the time are below, and those from it on above."""
    since = time - EARLIEST
    return f"{(since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds:016d}"


def not_ahead(event: Event, now: datetime) -> Event:
    """Return the event at `now` when it claims to be from the future, with what it claimed as claimedEventTime.

    What is latest goes by event time: one clock that is years ahead would keep a student's progress as it is for years.
    """
    extra = event.model_extra or {}
    if event.event_time > now + MOST_AHEAD:
        return event.replaced({"event_time": now}, extra | {"claimedEventTime": rfc3339(event.event_time)})
    if "claimedEventTime" in extra:
        # It is ours, and is kept where nothing else is: no place for a client's own words.
        return event.replaced({}, {name: value for name, value in extra.items() if name != "claimedEventTime"})
    return event


def shortened(event: Event) -> Event:
    """Return the event without what its texts have over LONGEST_TEXT; `truncated` names the fields that lost something.

    A big output is worth keeping in part: to refuse it would lose the run.
    """
    texts = {name: getattr(event, name) for name in ("code", "error_message", "result", "metadata")}
    extra = event.model_extra or {}
    fields, others = _cut(texts), _cut(extra)
    if not fields and not others:
        return event
    names = sorted([*map(to_camel, fields), *others])
    return event.replaced(fields, extra | others | {"truncated": names})


def _cut(values: dict[str, Any]) -> dict[str, Any]:
    return {name: short for name, value in values.items() if (short := _short(value)) is not value}


def _short(value: Any) -> Any:
    """Return the very same value where nothing of it is too long."""
    if isinstance(value, str):
        return value if len(value) <= LONGEST_TEXT else value[:LONGEST_TEXT]
    if isinstance(value, list):
        items = [_short(item) for item in value]
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    if isinstance(value, dict):
        members = {name: _short(item) for name, item in value.items()}
        return value if all(members[name] is item for name, item in value.items()) else members
    return value
